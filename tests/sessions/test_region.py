"""A region over a network: founded, published, witnessed, restricted, cut off, lost.

Three parties and a co-sponsor, each a node on a host of its own, as its people would
use it: by commands alone. The tests go on from one another, in their order.
"""

import shutil

import pytest
from sessions.forging import rewrite_history
from sessions.network import can_make_namespaces, network
from sessions.region import (
    EVERYBODY,
    SPONSOR,
    Region,
    found_region,
)

LEVELS = "well,day,level\nW1,2026-01-01,{0}\nW1,2026-02-01,{0}5\n"
ADDRESS = "{}:W1/groundwater-level/instant/PT0S/dipper"
VOLUMES = "well,month,volume\nA1,2026-01-01,{0}\nA1,2026-02-01,{0}0\n"
TAKEN = "{}:A1/groundwater-abstraction/total/P1M/meter"
FIGURES = {
    "amon": ("10.5", "11"),
    "basin": ("9.25", "8.75"),
    "coast": ("12", "10.125"),
    "sponsor": ("10", "9.5"),
}


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """Return the region: four nodes that founded a registry and serve."""
    folder = tmp_path_factory.mktemp("region")
    with network(EVERYBODY) as hosts:
        yield found_region(folder, hosts)


def _urls(region: Region, party: str) -> list[str]:
    return [region.hosts[other].url for other in EVERYBODY if other != party]


def _pull_all(region: Region) -> None:
    for party in EVERYBODY:
        region.pull(party)


def _status(region: Region, party: str) -> dict:
    return region.asked(party, "status", "--node", "node", "--json").json


def _records(region: Region, party: str) -> dict[str, dict]:
    return {one["party"]: one for one in _status(region, party)["records"]}


def test_each_host_reaches_the_others_over_a_network_of_their_own(region):
    separate = {host.enter for host in region.hosts.values()}
    assert len(separate) == (len(EVERYBODY) if can_make_namespaces() else 1)


def test_all_hold_one_registry_and_each_others_figures(region):
    for number, party in enumerate(EVERYBODY, 1):
        region.publish(party, "levels", LEVELS.format(-number))
    for party in EVERYBODY:
        pulled = region.pull(party, *_urls(region, party))
        assert pulled["findings"] == []
    for party in EVERYBODY:
        assert region.pull(party)["findings"] == []
        for number, other in enumerate(EVERYBODY, 1):
            assert region.figures(party, ADDRESS.format(other))[0] == -number


def test_every_head_is_cosigned_by_a_quorum_of_the_others(region):
    for party in EVERYBODY:
        region.waternet(party, "cosign", "--node", "node")
    _pull_all(region)
    for party in EVERYBODY:
        for other, record in _records(region, party).items():
            assert record["cosigned"] == record["entries"], (party, other)


def test_a_restricted_release_is_read_by_whom_it_was_granted_to_alone(region):
    for number, party in enumerate(("amon", "basin"), 3):
        region.publish(party, "abstraction", VOLUMES.format(number))
    _pull_all(region)
    assert region.figures("amon", TAKEN.format("amon")) == [3.0, 30.0]
    for party in ("basin", "coast", SPONSOR):
        assert region.figures(party, TAKEN.format("amon")) == []
    release = _newest(region, "amon", "abstraction")
    region.waternet("amon", "grant", str(release), "--to", "coast", "--node", "node")
    _pull_all(region)
    assert region.figures("coast", TAKEN.format("amon")) == [3.0, 30.0]
    for party in ("basin", SPONSOR):
        assert region.figures(party, TAKEN.format("amon")) == []


def _newest(region: Region, party: str, dataset: str) -> int:
    words = ("releases", "--node", "node", "--json")
    releases = region.asked(party, *words).json
    return max(
        one["release"]
        for one in releases
        if (one["party"], one["dataset"], one["kind"]) == (party, dataset, "release")
    )


def test_two_release_to_one_another_with_a_share_at_the_sponsor(region):
    release = _newest(region, "amon", "abstraction")
    words = ("--to", "basin", "--wanted", "abstraction", "--depositary", SPONSOR)
    offered = region.waternet(
        "amon", "swap", "offer", str(release), *words, "--node", "node", "--json"
    ).json
    name = offered["swap"]
    region.pull("basin")
    answer = str(_newest(region, "basin", "abstraction"))
    region.waternet("basin", "swap", "accept", name, answer, "--node", "node")
    _pull_all(region)
    region.waternet(SPONSOR, "swap", "hold", name, "--node", "node")
    for party in EVERYBODY:
        region.waternet(party, "cosign", "--node", "node")
    _pull_all(region)
    for party in EVERYBODY:
        assert (
            _readable(region, party)
            == {
                "amon": {"amon"},
                "basin": {"basin"},
                "coast": {"amon"},
                SPONSOR: set(),
            }[party]
        )
    region.waternet("amon", "swap", "open", name, "--node", "node")
    _pull_all(region)
    region.waternet("basin", "swap", "open", name, "--node", "node")
    _pull_all(region)
    for party in ("amon", "basin"):
        region.tried(party, "swap", "take", name, "--node", "node")
    assert _readable(region, "amon") == _readable(region, "basin") == {"amon", "basin"}
    assert _readable(region, SPONSOR) == set()


def _readable(region: Region, party: str) -> set[str]:
    return {
        owner
        for owner in ("amon", "basin")
        if region.figures(party, TAKEN.format(owner))
    }


def test_four_learn_a_total_and_no_addend(region):
    words = ["joint", "propose", "abstraction-2026", "--area", "aquifer"]
    words += ["--property", "groundwater-abstraction", "--unit", "hm3"]
    words += ["--decimals", "3", "--from", "2026-01", "--to", "2026-03"]
    for party in EVERYBODY:
        words += ["--party", party]
    name = region.waternet("amon", *words, "--node", "node", "--json").json["round"]
    _pull_all(region)
    for port, party in enumerate(EVERYBODY, 4401):
        table = region.desk(party) / "figures.csv"
        january, february = FIGURES[party]
        table.write_text(
            f"period,value,unit\n2026-01,{january},hm3\n2026-02,{february},hm3\n"
        )
        address = f"{region.hosts[party].address}:{port}"
        words = ["joint", "commit", name, "--table", "figures.csv"]
        region.waternet(party, *words, "--address", address, "--node", "node")
    _pull_all(region)
    computing = [
        region.start(party, "joint", "run", name, "--node", "node")
        for party in EVERYBODY
    ]
    for party, process in zip(EVERYBODY, computing, strict=True):
        assert process.wait(timeout=150) == 0, (
            region.desk(party) / f"{party}.serving"
        ).read_text()
    _pull_all(region)
    # By hand: 10.5 + 9.25 + 12 + 10 and 11 + 8.75 + 10.125 + 9.5.
    for party in EVERYBODY:
        shown = region.asked(party, "joint", "show", name, "--node", "node").said
        assert "41.750" in shown
        assert "39.375" in shown


def test_one_that_is_cut_off_catches_up(region):
    region.hosts["coast"].cut_off()
    region.publish(
        "amon",
        "later",
        LEVELS.format(-7) + "W1,2026-03-01,-7.25\n",
        "--reason",
        "a slip",
    )
    region.pull("basin")
    if region.hosts["coast"].cable:  # on loopback it could still reach the others
        tried = region.tried("coast", "pull", "--node", "node", "--json")
        assert tried.code == 10
        assert region.hosts["amon"].url in tried.said + tried.errors
    assert region.figures("coast", ADDRESS.format("amon"))[0] == -1.0
    region.hosts["coast"].plug_in()
    if not region.hosts["coast"].cable:
        region.serve("coast")
    assert region.pull("coast")["findings"] == []
    assert region.figures("coast", ADDRESS.format("amon"))[0] == -7.0
    coast, basin = (_records(region, party)["amon"] for party in ("coast", "basin"))
    assert coast["root"] == basin["root"]


def test_one_that_lost_its_disk_comes_back_from_the_others(region):
    desk, lost = region.desk("basin"), region.folder / "lost"
    region.hosts["basin"].stop()
    before = _records(region, "amon")["basin"]["entries"]
    (region.folder / "safe").mkdir()
    shutil.copytree(desk / "node" / "keys", region.folder / "safe" / "keys")
    shutil.copy(desk / "node" / "node.toml", region.folder / "safe")
    shutil.move(desk / "node", lost)
    shutil.copytree(region.folder / "safe", desk / "node")
    sources = [word for url in _urls(region, "basin") for word in ("--from", url)]
    region.waternet("basin", "recover", "node", *sources)
    region.accept_registry("basin")
    assert region.pull("basin", *_urls(region, "basin"))["findings"] == []
    region.serve("basin")
    assert _records(region, "basin")["basin"]["entries"] == before
    region.publish("basin", "again", "well,day,level\nW9,2026-04-01,4.5\n")
    for party in ("amon", "coast", SPONSOR):
        assert region.pull(party)["findings"] == []
    assert _records(region, "amon")["basin"]["entries"] > before


def test_one_that_rewrites_its_history_is_caught_and_a_fifth_can_prove_it(region):
    rewrite_history(region.node("coast"), region.folder / "forged")
    told = {}
    for party in ("amon", "basin", SPONSOR):
        findings = region.pull(party, code=6)["findings"]
        assert {(one["finding"], one["party"]) for one in findings} == {
            ("forked-log", "coast")
        }
        (told[party],) = (region.node(party) / "evidence").glob("coast-forked-log*")
        # What coast had said before still stands here.
        assert region.figures(party, ADDRESS.format("coast"))[0] == -3.0
    fifth = region.folder / "fifth"
    fifth.mkdir()
    card = shutil.copy(region.node("amon") / "mirror" / "coast" / "card.json", fifth)
    with network(["journalist"]) as hosts:
        alone = Region(region.folder, {"fifth": hosts["journalist"]})
        for evidence in told.values():
            words = ("verify", str(evidence), "--card", str(card))
            assert "coast" in alone.waternet("fifth", *words).said
