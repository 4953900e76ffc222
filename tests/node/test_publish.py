"""From pending imports to signed entries."""

import shutil
import unicodedata

import pytest
from parties import ADDRESS, LEVELS, make_party, quiet

from waternet.bank.query import get_observations
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotFound
from waternet.node.intake import bring_up_to_date
from waternet.node.pending import discard_pending, list_pending
from waternet.node.publish import publish_withdrawal, read_keys
from waternet.node.recovery import recover_node
from waternet.node.status import node_status
from waternet.node.verification import verify_node


@pytest.fixture
def jordan(tmp_path):
    return make_party(tmp_path)


def _values(party, address=ADDRESS):
    with Bank.open(party.node.bank) as bank:
        return get_observations(bank, [f"{party.node.party}:{address}"])[
            "value"
        ].to_pylist()


def test_an_import_becomes_places_terms_and_a_release_in_that_order(jordan):
    report = jordan.read()
    assert (report.stations, report.observations, report.censored) == (2, 4, 1)
    assert report.rejected == 1  # "n/a" is not a number, and the recipe names no sign
    assert [one.kind for one in jordan.publish()] == ["station", "terms", "release"]
    assert _values(jordan) == [-214.87, -215.0, -214.5]
    assert not list(list_pending(jordan.node))


def test_the_same_file_again_publishes_nothing(jordan):
    jordan.read()
    jordan.publish()
    jordan.read()
    (again,) = jordan.publish()
    assert (again.kind, again.unchanged) == ("unchanged", 4)
    assert node_status(jordan.node).records[0].entries == 3


def test_a_longer_file_publishes_only_what_is_new(jordan):
    jordan.read()
    jordan.publish()
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    (release,) = jordan.publish()
    assert (release.kind, release.observations, release.unchanged) == ("release", 1, 4)
    assert _values(jordan)[-1] == -214.0


def test_a_figure_that_stands_is_not_replaced_without_a_reason(jordan):
    jordan.read()
    jordan.publish()
    jordan.read(LEVELS.replace("-214.5", "-214.6"))
    with pytest.raises(NotAcceptable, match="replaces 1 figure"):
        jordan.publish()
    assert _values(jordan)[-1] == -214.5
    (revision,) = jordan.publish("the dipper was read a decimetre off")
    assert (revision.kind, revision.replaced) == ("revise", 1)
    assert _values(jordan)[-1] == -214.6


def test_who_is_stopped_halfway_is_told_what_is_published(jordan):
    jordan.read()
    jordan.publish()
    jordan.read("well,day,level\nW3,2015-01-01,7.5\n")
    jordan.read(LEVELS.replace("-214.5", "-214.6"))
    with pytest.raises(NotAcceptable) as caught:
        jordan.publish()
    assert caught.value.hint.endswith("; 1 import before it published already")
    assert _values(jordan, ADDRESS.replace("W1", "W3")) == [7.5]


def test_a_reason_may_be_typed_with_marks_apart_from_their_letters(jordan):
    jordan.read()
    jordan.publish()
    jordan.read(LEVELS.replace("-214.5", "-214.6"))
    apart = unicodedata.normalize("NFD", "قراءة خاطئة في البئر الأول")
    (revision,) = jordan.publish(apart)
    withdrawal = publish_withdrawal(
        jordan.node, read_keys(jordan.node, ""), revision.entry, apart
    )
    assert withdrawal.entry == revision.entry + 1


def test_a_limit_that_becomes_a_figure_is_a_change(jordan):
    jordan.read()
    jordan.publish()
    jordan.read(LEVELS.replace("<-215", "-215"))
    (revision,) = jordan.publish("the laboratory sent the value")
    assert revision.replaced == 1


def test_a_datastream_does_not_change_its_unit(jordan):
    jordan.read()
    jordan.publish()
    jordan.read()
    import parties

    recipe = parties.RECIPE.replace('unit = "m"', 'unit = "cm"')
    file = jordan.desk / "levels.csv"
    (jordan.desk / "cm.toml").write_text(recipe)
    from waternet.node.importing import import_file

    discard_pending(jordan.node, "0001-levels")
    import_file(jordan.node, file, jordan.desk / "cm.toml")
    with pytest.raises(NotAcceptable, match="published in 'm', the import has 'cm'"):
        jordan.publish("x")


def test_a_dataset_without_terms_is_not_published(jordan):
    jordan.read()
    from parties import RECIPE

    from waternet.node.importing import import_file

    discard_pending(jordan.node, "0001-levels")
    (jordan.desk / "other.toml").write_text(RECIPE.replace('"levels"', '"secret"'))
    import_file(jordan.node, jordan.desk / "levels.csv", jordan.desk / "other.toml")
    with pytest.raises(NotAcceptable, match="'secret' has no terms"):
        jordan.publish()


def test_a_withdrawn_release_stands_no_more_and_its_past_is_kept(jordan):
    jordan.read()
    jordan.publish()
    keys = read_keys(jordan.node, "")
    done = publish_withdrawal(jordan.node, keys, 2, "the instrument was broken")
    assert (done.entry, done.kind) == (3, "withdraw")
    assert _values(jordan) == []
    from waternet.bank.as_of import AsOf

    with Bank.open(jordan.node.bank) as bank:
        before = AsOf.release("jordan", 2)
        past = get_observations(bank, [f"jordan:{ADDRESS}"], as_of=before)
    assert past.num_rows == 3


def test_what_is_not_a_release_that_stands_cannot_be_withdrawn(jordan):
    jordan.read()
    jordan.publish()
    keys = read_keys(jordan.node, "")
    with pytest.raises(NotFound, match="no release 0 that stands"):
        publish_withdrawal(jordan.node, keys, 0, "terms are not figures")
    publish_withdrawal(jordan.node, keys, 2, "broken")
    with pytest.raises(NotFound):
        publish_withdrawal(jordan.node, keys, 2, "again")
    with pytest.raises(NotAcceptable, match="needs a reason"):
        publish_withdrawal(jordan.node, keys, 2, " ")


def test_a_node_without_its_keys_publishes_nothing(jordan):
    jordan.read()
    jordan.node.key("steward").unlink()
    with pytest.raises(NotAllowed, match=r"no key steward\.key"):
        jordan.publish()


def test_one_process_writes_at_a_time(jordan):
    jordan.read()
    with jordan.node.writing(), pytest.raises(Conflict, match="another process"):
        jordan.publish()


def test_a_deleted_bank_comes_back_with_the_next_question(jordan):
    jordan.read()
    jordan.publish()
    shutil.rmtree(jordan.node.bank)
    bring_up_to_date(jordan.node)
    assert _values(jordan) == [-214.87, -215.0, -214.5]


def test_a_published_import_is_taken_away_whole_or_not_at_all(jordan, monkeypatch):
    jordan.read()
    removed = shutil.rmtree

    def stopped(folder, **how):
        if folder.exists() and "0001-levels" in folder.name:
            (folder / "import.json").unlink(missing_ok=True)
            raise KeyboardInterrupt
        removed(folder, **how)

    with monkeypatch.context() as stopping:
        stopping.setattr(shutil, "rmtree", stopped)
        with pytest.raises(KeyboardInterrupt):
            jordan.publish()
    recover_node(jordan.node)
    assert node_status(jordan.node).pending == ()
    assert jordan.publish() == []
    assert list(jordan.node.pending.iterdir()) == []


def test_a_damaged_pending_import_is_not_signed(jordan):
    jordan.read()
    (pending,) = list_pending(jordan.node)
    content = bytearray(pending.observations_path.read_bytes())
    content[40] ^= 1
    pending.observations_path.write_bytes(content)
    from waternet.errors import NotVerified

    with pytest.raises(NotVerified):
        jordan.publish()
    assert node_status(jordan.node).records[0].entries == 0


def test_a_whole_node_verifies(jordan):
    jordan.read()
    jordan.publish()
    verified = verify_node(jordan.node, quiet)
    assert (verified.entries, verified.findings) == ({"jordan": 3}, [])
