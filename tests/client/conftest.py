"""One node with the figures of two parties, asked by its folder and over HTTP."""

import json

import pytest
from parties import Party, make_party, quiet
from web_servers import serving

import waternet as wn
from waternet.api.app import make_app
from waternet.cli.main import run
from waternet.node.follow import follow_party, pull_folder
from waternet.node.policy import node_policy

PLACES = [
    {
        "id": "W1",
        "kind": "well",
        "names": {"ar": "بئر القرية", "en": "Village well", "he": "באר הכפר"},
        "position": {
            "longitude": 35.5,
            "latitude": 32.25,
            "crs": "EPSG:4326",
            "x": 35.5,
            "y": 32.25,
            "elevation": -210.5,
            "vertical_datum": "mean sea level",
        },
        "same_as": ["example:W"],
    },
    {"id": "W2", "kind": "well", "names": {"en": "Hill well"}},
]
DAILY = """
format = "delimited"
dataset = "levels"

[station]
column = "well"
kind = "well"

[time]
column = "day"
zone = "+02:00"

[[value]]
column = "rain"
observed_property = "precipitation"
unit = "mm"
statistic = "total"
interval = "P1D"
"""
RAIN = """well,day,rain
W1,2015-01-01,3.5
W1,2015-01-02,0
W1,2015-01-04,12.25
"""
LEVELS = """well,day,level
W1,2015-01-01,-214.87
W1,2015-02-01,<-215
W1,2015-03-01,-214.5
W2,2015-01-01,12.5
W2,2015-02-01,n/a
"""
CORRECTION = "well,day,level\nW1,2015-03-01,-213.5\n"


def place_of(party: Party, *places) -> None:
    path = party.desk / "places.jsonl"
    lines = [json.dumps(place, ensure_ascii=False) for place in places]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert run(["import", str(path), "--node", str(party.node.folder)]) == 0
    party.publish()


@pytest.fixture(scope="session")
def parties(tmp_path_factory) -> tuple[Party, Party]:
    """Return jordan, with a correction of W1 in March, and israel; each holds both.

    jordan's entries: 0 places, 1 terms, 2 and 3 releases, 4 the correction.
    """
    folder = tmp_path_factory.mktemp("client")
    jordan, israel = make_party(folder, "jordan"), make_party(folder, "israel")
    place_of(jordan, *PLACES)
    place_of(israel, {**PLACES[0], "id": "K1", "names": {"he": "באר"}})
    jordan.read(LEVELS)
    jordan.publish()
    rain, recipe = jordan.desk / "rain.csv", jordan.desk / "rain.toml"
    rain.write_text(RAIN)
    recipe.write_text(DAILY)
    words = ["import", str(rain), "--recipe", str(recipe)]
    assert run([*words, "--node", str(jordan.node.folder)]) == 0
    jordan.publish()
    jordan.read(CORRECTION, "قياسات.csv")
    jordan.publish(reason="خطأ في القراءة")
    israel.read("well,day,level\nK1,2015-01-01,-214.5\nK1,2015-02-01,-215.25\n")
    israel.publish()
    for own, other in ((jordan, israel), (israel, jordan)):
        follow_party(own.node, other.node.public / "card.json")
        pull_folder(own.node, other.node.public, quiet)
    policy = node_policy(jordan.node).to_text()
    (jordan.node.folder / "policy").write_text(policy, encoding="utf-8")
    return jordan, israel


@pytest.fixture(scope="session")
def folder(parties) -> str:
    """Return the folder of jordan's node."""
    return str(parties[0].node.folder)


@pytest.fixture(scope="session")
def address(parties):
    """Return where jordan's node is served."""
    with serving(make_app(parties[0].node)) as address:
        yield address


@pytest.fixture(params=["folder", "address"])
def source(request):
    """Return the node, opened by its folder, then over HTTP."""
    with wn.open(request.getfixturevalue(request.param)) as opened:
        yield opened
