"""Restricted figures on the command line: asked for, granted, listed."""

import pytest
from parties import make_party, quiet

from waternet.node.follow import follow_party, pull_folder


@pytest.fixture
def pair(tmp_path):
    jordan = make_party(
        tmp_path, "jordan", access="parties", parties=(), about="Levels by well"
    )
    israel = make_party(tmp_path, "israel")
    for one, other in ((jordan, israel), (israel, jordan)):
        follow_party(one.node, other.node.public / "card.json")
    jordan.read()
    return jordan, israel


def _pull(party, other):
    assert pull_folder(party.node, other.node.public, quiet).findings == []


def test_the_owner_is_told_what_stays_visible(typed, pair):
    jordan, _israel = pair
    said = typed("publish", node=jordan.node.folder).out
    assert "restricted to jordan" in said
    assert "title, source, period and number of figures stay visible to all" in said


def test_what_is_restricted_is_listed_asked_for_and_granted(typed, pair):
    jordan, israel = pair
    typed("publish", node=jordan.node.folder)
    _pull(israel, jordan)
    home = israel.node.folder
    listed = typed("catalogue", node=home)
    assert "parties" in listed.out
    assert "waternet request" in listed.out
    (dataset,) = typed("catalogue", "--json", node=home).json()
    assert (dataset["releases"], dataset["restricted"]) == (1, 1)
    assert (dataset["figures"], dataset["about"]) == (4, "Levels by well")
    released = typed("releases", "--json", node=home).json()
    (release,) = [one for one in released if one["kind"] == "release"]
    assert (release["access"], release["readers"]) == ("restricted", ["jordan"])
    assert (release["rows"], release["finding"]) == (0, "")
    assert "restricted" in typed("releases", node=home).out

    purpose = "a joint model"
    words = ("request", "jordan", "levels", "--purpose", purpose, "--json")
    (asked,) = typed(*words, node=home).json()["published"]
    name = f"israel:{asked['entry']}"
    _pull(jordan, israel)
    owner = jordan.node.folder
    told = typed("requests", node=owner).out
    assert f"waternet answer {name} grant|refuse|condition" in told
    assert f"request {name} for levels waits" in typed("status", node=owner).out
    refused = typed("answer", name, "refuse", node=owner)
    assert refused.code == 3
    assert "--reason" in refused.err
    assert typed("answer", name, "grant", "--until", "2099", node=owner).code == 0
    assert "waits" not in typed("status", node=owner).out
    _pull(israel, jordan)
    assert f"{name}  " in typed("requests", node=home).out
    assert "granted" in typed("requests", node=home).out
    (release,) = [
        one
        for one in typed("releases", "--json", node=home).json()
        if one["kind"] == "release"
    ]
    assert (release["rows"], release["readers"]) == (4, ["israel", "jordan"])


def test_figures_carry_who_may_read_them(typed, pair, tmp_path):
    jordan, _israel = pair
    typed("publish", node=jordan.node.folder)
    target = tmp_path / "levels.csv"
    assert typed("export", target, node=jordan.node.folder).code == 0
    sources = target.with_name("levels.csv.sources.json").read_text()
    assert '"access": "restricted"' in sources


def test_a_release_is_granted_and_opened_by_hand(typed, pair):
    jordan, israel = pair
    typed("publish", node=jordan.node.folder)
    owner = jordan.node.folder
    (release,) = [
        str(one["release"])
        for one in typed("releases", "--json", node=owner).json()
        if one["kind"] == "release"
    ]
    other = typed("grant", f"israel:{release}", "--to", "israel", node=owner)
    assert other.code == 3
    assert typed("grant", release, "--to", "israel", node=owner).code == 0
    assert typed("open", f"jordan:{release}", node=owner).code == 0
    again = typed("open", release, node=owner)
    assert again.code == 4
    assert "open to all" in again.err
    _pull(israel, jordan)
    assert '"opened"' in typed("releases", "--json", node=israel.node.folder).out


def test_an_undertaking_is_signed_on_the_command_line(typed, tmp_path):
    words = "not to pass it on"
    terms = {"access": "parties", "parties": ("israel",), "undertaking": words}
    jordan = make_party(tmp_path, "jordan", **terms)
    israel = make_party(tmp_path, "israel")
    for one, other in ((jordan, israel), (israel, jordan)):
        follow_party(one.node, other.node.public / "card.json")
    jordan.read()
    jordan.publish()
    _pull(israel, jordan)
    signed = ("undertake", "jordan", "levels", "--who", "H. Reader", "--office", "Head")
    assert typed(*signed, node=israel.node.folder).code == 0
    _pull(jordan, israel)
    release = ("grant", "2", "--to", "israel")
    assert typed(*release, node=jordan.node.folder).code == 0
