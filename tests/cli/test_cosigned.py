"""What is signed but not yet cosigned is shown as such, wherever it is shown."""

import json
import shutil

import pytest
from circles import circle_of

ADDRESS = "jordan:W1/groundwater-level"


@pytest.fixture
def three(tmp_path):
    with circle_of(tmp_path, ("israel", "jordan", "palestine")) as circle:
        yield circle


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Return israel, for whom jordan's releases 2 and 3 are cosigned and not yet so.

    Do not write to it.
    """
    folder = tmp_path_factory.mktemp("three")
    with circle_of(folder, ("israel", "jordan", "palestine")) as three:
        three.publish("jordan")
        three.pull("palestine", "jordan")
        three.pull("jordan", "palestine")
        three.pull("israel", "jordan")
        three.publish("jordan", 3)
        three.pull("israel", "jordan")
        yield three["israel"].node.folder


def _marks(rows):
    return {one["release"]: one["cosigned"] for one in rows}


def test_releases_say_which_are_not_yet_cosigned(reader, typed):
    rows = typed("releases", "--json", node=reader).json()
    assert _marks(rows) == {0: True, 1: True, 2: True, 3: False}
    assert "cosigned" in typed("releases", node=reader).out


def test_every_figure_says_it_to_programs(reader, typed):
    rows = typed("observations", ADDRESS, "--json", node=reader).json()
    assert _marks(rows) == {2: True, 3: False}
    assert "cosigned" in typed("latest", "--csv", node=reader).out.splitlines()[0]


def test_figures_shown_to_people_say_it_where_they_come_from(reader, typed):
    said = typed("observations", ADDRESS, node=reader).out.splitlines()
    marked = [line for line in said if "not yet cosigned" in line]
    assert [line.split(":")[0] for line in marked] == ["release 3 of jordan"]


def test_an_export_says_it_beside_its_figures(reader, typed, tmp_path):
    output = tmp_path / "figures.csv"
    assert typed("export", output, node=reader).code == 0
    told = json.loads(output.with_name("figures.csv.sources.json").read_text())
    assert _marks(told["releases"]) == {2: True, 3: False}


def test_the_status_says_how_far_each_log_is_cosigned(reader, typed):
    assert "jordan: 4 entries" in typed("status", node=reader).out
    assert "; 1 not yet cosigned" in typed("status", node=reader).out
    records = typed("status", "--json", node=reader).json()["records"]
    sizes = {one["party"]: one["cosigned"] for one in records}
    assert sizes == {"israel": 0, "jordan": 3, "palestine": 0}


def test_without_a_policy_nothing_is_marked(reader, typed, tmp_path):
    node = shutil.copytree(reader, tmp_path / "israel")
    (node / "policy").unlink()
    assert "cosigned" not in typed("observations", ADDRESS, node=node).out
    (row, *_) = typed("releases", "--json", node=node).json()
    assert "cosigned" not in row
    records = typed("status", "--json", node=node).json()["records"]
    assert {one["cosigned"] for one in records} == {None}


def test_publishing_says_who_cosigned_and_who_is_away(three, typed):
    three.leave("palestine")
    three["jordan"].read()
    said = typed("publish", node=three["jordan"].node.folder)
    assert said.code == 0
    assert "cosigned by israel: not yet a quorum" in said.out
    assert "palestine has not cosigned it: no answer" in said.out
    told = typed("cosign", "--json").json()
    assert (told["cosigned"], told["quorum_met"]) == (["israel"], False)


def test_a_party_alone_is_cosigned_by_nobody_and_that_is_no_fault(published, typed):
    said = typed("cosign", node=published.node.folder)
    assert (said.code, "cosigned by nobody\n" in said.out) == (0, True)
