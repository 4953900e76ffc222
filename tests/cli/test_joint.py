"""Joint totals and swaps as people type them."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from circle import Circle, free_addresses, make_circle
from cli.conftest import Typed

PROPOSE = ["joint", "propose", "abstraction", "--property", "groundwater-abstraction"]
PROPOSE += ["--area", "aquifer", "--unit", "hm3", "--decimals", "1"]
PROPOSE += ["--from", "2015-01", "--to", "2015-03"]
EVERYBODY = ["--party", "amon", "--party", "basin", "--party", "coast"]
WATERNET = [sys.executable, "-m", "waternet.cli.main"]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Circle:
    folder = tmp_path_factory.mktemp("typed")
    names = ("amon", "basin", "coast")
    circle = make_circle(folder, names, access="parties", parties=())
    for party in names[:2]:
        circle.parties[party].read()
        circle.parties[party].publish()
    circle.tell()
    return circle


def test_a_total_as_it_is_typed(three: Circle, typed: Typed, tmp_path: Path) -> None:
    folders = {name: one.node.folder for name, one in three.parties.items()}
    done = typed(*PROPOSE, *EVERYBODY, node=folders["amon"])
    name = done.out.split()[0]
    assert done.out == f"{name} is proposed to amon, basin, coast\n"
    three.tell()
    addresses = free_addresses(3)
    for (party, folder), at, value in zip(
        folders.items(), addresses, (10, 20.5, 30), strict=True
    ):
        table = tmp_path / f"{party}.csv"
        table.write_text(f"period,value,unit\n2015-01,{value},hm3\n2015-02,,hm3\n")
        words = ["joint", "commit", name, "--table", table]
        words += ["--address", f"{at.host}:{at.port}"]
        done = typed(*words, node=folder)
        assert f"2015-01  {value:.1f} hm3" in done.out
        assert "2015-02  no figure: no figure in the table" in done.out
    three.tell()
    running = [
        subprocess.Popen(
            [*WATERNET, "joint", "run", name, "--node", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for folder in folders.values()
    ]
    for one in running:
        out, err = one.communicate(timeout=150)
        assert (one.returncode, err) == (0, "")
        assert "2015-01  60.5 hm3" in out
    three.tell()
    shown = typed("joint", "show", name, node=folders["coast"])
    assert "computed; all parties say the same" in shown.out
    assert "2015-02  withheld, no-figure: a party has no figure" in shown.out
    (listed,) = typed("joint", "show", "--json", node=folders["coast"]).json()["rounds"]
    assert listed["agrees"]
    assert listed["told"]["amon"]["totals"] == {"2015-01": "60.5"}
    file = tmp_path / "basin.json"
    assert typed("joint", "open", name, "-o", file, node=folders["basin"]).code == 0
    checked = typed("joint", "open", name, "--check", file, node=folders["amon"])
    assert "2015-01  20.5 hm3" in checked.out
    file.write_text(file.read_text().replace("205", "206"))
    checked = typed("joint", "open", name, "--check", file, node=folders["amon"])
    assert checked.code == 6
    assert "bad-share: 'basin'" in checked.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--party", "amon", "--party", "basin"], "fewer-than-three"),
        (["--party", "amon", "--party", "basin", "--party", "x"], "no card of 'x'"),
        (
            ["--party", "amon=2", "--party", "basin", "--party", "coast"],
            "have the weight 1",
        ),
        (["--party", "amon=x"], "a weight is a whole number"),
        (
            [*EVERYBODY, "--to", "2014-01"],
            "one after another",
        ),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused(
    three: Circle, typed: Typed, words: list[str], told: str
) -> None:
    done = typed(*PROPOSE, *words, node=three.parties["amon"].node.folder)
    assert done.code in (3, 4, 5)
    assert told in done.err


def test_where_the_figures_come_from_must_be_said(three: Circle, typed: Typed) -> None:
    node = three.parties["amon"].node.folder
    done = typed("joint", "commit", "amon:0", node=node)
    assert "the figures come from one source" in done.err
    assert typed("joint", "run", "amon:99", node=node).code == 4
    peer = typed("joint", "run", "amon:99", "--peer", "amon", node=node)
    assert "write PARTY=HOST:PORT" in peer.err


def test_a_swap_as_it_is_typed(three: Circle, typed: Typed) -> None:
    amon, basin, coast = (one.node.folder for one in three.parties.values())
    listed = typed("releases", "--json", node=amon).json()
    numbers = {
        one["party"]: one["release"] for one in listed if one["kind"] == "release"
    }
    release, returned = numbers["amon"], numbers["basin"]
    day = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%d")
    words = ["swap", "offer", str(release), "--to", "basin", "--wanted", "levels"]
    words += ["--depositary", "coast", "--accept-by", day]
    done = typed(*words, node=amon)
    assert done.err == ""
    name = done.out.split()[0]
    assert f"release {release} of amon for one of basin:levels" in done.out
    assert f"basin may accept it until {day}T23:59:59Z" in done.out
    three.tell()
    assert "accepted" in typed("swap", "accept", name, returned, node=basin).out
    three.tell()
    assert typed("swap", "escrow", name, node=coast).code == 8
    assert "held" in typed("swap", "hold", name, node=coast).out
    three.tell()
    three.tell()
    for folder in (amon, basin):
        assert typed("swap", "open", name, node=folder).code == 0
        three.tell()
        three.tell()
    taken = typed("swap", "take", name, node=amon)
    assert "the release of basin is in this node's bank" in taken.out
    (shown,) = typed("swap", "show", name, "--json", node=coast).json()["swaps"]
    assert (shown["state"], shown["opened"]) == ("complete", ["amon", "basin"])
    assert typed("swap", "offer", *words[2:-1], "soon", node=amon).code == 3
