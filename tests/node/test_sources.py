"""Several copies of one record: what one gets wrong, another makes good."""

import shutil
from dataclasses import replace

import pytest
from parties import LEVELS, make_party, quiet

from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.node.copies import known_copies, read_locations
from waternet.node.durable import write_durably
from waternet.node.follow import find_card, follow_party
from waternet.node.pull import pull_records
from waternet.node.verification import verify_node

GROWN = LEVELS + "W1,2015-04-01,-214\n"


@pytest.fixture
def israel(tmp_path):
    return make_party(tmp_path, "israel")


@pytest.fixture
def jordan(tmp_path):
    party = make_party(tmp_path, "jordan")
    party.read()
    party.publish()
    return party


@pytest.fixture
def copies(tmp_path, israel, jordan):
    """Return two copies of one record, both of which the follower was told of."""
    found = []
    for name in ("a", "b"):
        shutil.copytree(jordan.node.public, tmp_path / "copies" / name)
        follow_party(israel.node, tmp_path / "copies" / name)
        found.append(tmp_path / "copies" / name)
    return found


def _pull(israel, *locations, **options):
    return pull_records(israel.node, [str(one) for one in locations], quiet, **options)


def _names(findings):
    return [(finding.name, finding.source) for finding in findings]


def test_following_a_folder_keeps_where_it_is(israel, copies):
    assert read_locations(israel.node) == {"jordan": [str(one) for one in copies]}
    assert _pull(israel).entries == {"jordan": 3}


def test_a_pull_that_knows_no_place_says_so(israel, jordan):
    follow_party(israel.node, jordan.node.public / "card.json")
    with pytest.raises(NotFound, match="knows no place"):
        _pull(israel)


@pytest.mark.usefixtures("israel", "jordan")
def test_a_folder_with_several_cards_is_not_followed_by_guess(tmp_path):
    make_party(tmp_path, "palestine")
    with pytest.raises(NotAcceptable, match="the cards of 3 parties"):
        find_card(str(tmp_path))


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_folder_that_is_gone_is_made_good_by_the_next(israel, copies, is_empty):
    shutil.rmtree(copies[0])
    if is_empty:
        copies[0].mkdir()
    pulled = _pull(israel)
    assert (pulled.entries, pulled.findings) == ({"jordan": 3}, [])
    assert len(pulled.unread) == (0 if is_empty else 1)


@pytest.mark.parametrize("path", ["tile/entries/000.p/3", "tile/0/000.p/3"])
def test_an_altered_copy_is_told_and_the_other_one_read(israel, copies, path):
    (copies[0] / path).write_bytes((copies[0] / path).read_bytes()[:-1] + b"?")
    pulled = _pull(israel)
    assert (pulled.entries, pulled.findings) == ({"jordan": 3}, [])
    assert _names(pulled.bad_copies) == [("altered-entry", str(copies[0]))]
    assert verify_node(israel.node, quiet).findings == []


def test_altered_figures_are_told_and_taken_from_the_other_copy(israel, copies):
    (blob,) = [one for one in copies[0].glob("blob/*/*") if b"PAR1" in one.read_bytes()]
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    pulled = _pull(israel)
    assert (pulled.entries, pulled.findings) == ({"jordan": 3}, [])
    assert _names(pulled.bad_copies) == [("corrupt-blob", str(copies[0]))]
    assert verify_node(israel.node, quiet).findings == []


def test_what_every_copy_gets_wrong_is_a_finding(israel, copies):
    for copy in copies:
        (copy / "tile/entries/000.p/3").write_bytes(b"")
    pulled = _pull(israel)
    assert (pulled.entries, pulled.bad_copies) == ({}, [])
    assert _names(pulled.findings) == [("altered-entry", str(one)) for one in copies]


def test_a_stale_copy_hides_no_news_of_another(israel, jordan, copies):
    _pull(israel)
    jordan.read(GROWN)
    jordan.publish()
    shutil.copytree(jordan.node.public, copies[1], dirs_exist_ok=True)
    _pull(israel, copies[1])
    pulled = _pull(israel)
    assert _names(pulled.bad_copies) == [("stale-mirror", str(copies[0]))]
    assert (pulled.entries, pulled.findings) == ({"jordan": 0}, [])


def test_a_copy_that_is_only_behind_another_is_no_fault(israel, jordan, copies):
    jordan.read(GROWN)
    jordan.publish()
    shutil.copytree(jordan.node.public, copies[1], dirs_exist_ok=True)
    pulled = _pull(israel, *copies)
    assert pulled.entries == {"jordan": 4}
    assert (pulled.findings, pulled.bad_copies) == ([], [])


def test_two_copies_that_contradict_each_other_are_a_fork(tmp_path, israel, jordan):
    follow_party(israel.node, jordan.node.public / "card.json")
    forged = make_party(tmp_path / "forged", "jordan")
    for role in ("steward", "log"):
        shutil.copy(jordan.node.key(role), forged.node.key(role))
    shutil.copy(jordan.node.public / "card.json", forged.node.public / "card.json")
    forged.read(LEVELS.replace("-214.5", "-213.5"))
    forged.publish()
    forged.read(GROWN.replace("-214.5", "-213.5"))
    forged.publish()
    pulled = _pull(israel, jordan.node.public, forged.node.public)
    assert [finding.name for finding in pulled.findings] == ["forked-log"]
    assert pulled.entries == {"jordan": 4}
    assert len(list(israel.node.evidence.iterdir())) == 1


def test_another_card_at_a_source_is_told_and_never_taken(israel, copies):
    held = israel.node.cards()["jordan"]
    other = replace(held, names={"en": "Somebody else"})
    (copies[0] / "card.json").write_bytes(other.to_json())
    pulled = _pull(israel, copies[0])
    assert len(pulled.other_cards) == 1
    assert pulled.entries == {"jordan": 3}
    assert israel.node.cards()["jordan"] == held
    with pytest.raises(Conflict):
        follow_party(israel.node, copies[0])


def _addressed(party, *addresses):
    """Let a party's card tell addresses, as the registry would bring it."""
    card = replace(party.node.cards()[party.node.party], addresses=addresses)
    write_durably(party.node.public / "card.json", card.to_json())
    return card


def test_copies_are_asked_from_the_partys_own_to_mirrors_of_others(israel, jordan):
    cards = {
        "israel": israel.node.cards()["israel"],
        "jordan": _addressed(jordan, "https://j.example/", "https://j2.example"),
        "palestine": replace(
            jordan.node.cards()["jordan"],
            party="palestine",
            addresses=("https://p.example",),
        ),
    }
    found = known_copies(cards, "israel", {"jordan": ["/media/stick"]})
    assert [(one.name, one.own) for one in found["jordan"]] == [
        ("https://j.example", True),
        ("/media/stick", False),
        ("https://j2.example", False),
        ("https://p.example/mirror/jordan", False),
    ]


@pytest.mark.parametrize("folder", ["/etc", "://etc", "/tmp/a://b"])
def test_a_folder_on_anothers_card_is_never_read(jordan, folder):
    cards = {"jordan": _addressed(jordan, folder)}
    assert known_copies(cards, "israel", {}) == {"jordan": []}


@pytest.mark.parametrize(
    "address", ["file:///etc", "http://[::1", "http://u:p@water.example"]
)
def test_an_address_that_is_none_is_passed_over_and_accuses_nobody(
    israel, jordan, address
):
    _addressed(jordan, address)
    follow_party(israel.node, jordan.node.public)
    pulled = _pull(israel)
    assert [address in text for text in pulled.unread] == [True]
    assert (pulled.findings, pulled.entries) == ([], {"jordan": 3})


@pytest.mark.parametrize("text", ["jordan = 3", "[jordan]\nlocations = [1]", "\xff"])
def test_a_damaged_list_of_locations_is_named(israel, text):
    (israel.node.folder / "sources.toml").write_text(text, encoding="latin-1")
    with pytest.raises(NotAcceptable, match=r"sources\.toml"):
        _pull(israel)
