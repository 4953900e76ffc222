"""A party with stations of hostile and ordinary names, whose yearbooks are made."""

import json

import pytest
from parties import make_party

from waternet.bank.seal import reading_bank
from waternet.node.importing import import_places

HOSTILE = '#panic("x") ]] \\ $x$ *b* _i_ @y `r` <l> // c "q" ~ #{1}'
"""A name that would do something, were it read as the typesetter's language."""

PLACES = [
    {"id": "basin", "kind": "basin", "names": {"ar": "حوض الوادي", "en": "Valley"}},
    {
        "id": "W1",
        "kind": "well",
        "names": {"ar": "بئر القرية", "he": "באר הכפר", "en": "Village well"},
        "position": {
            "crs": "EPSG:4326",
            "x": 35.5,
            "y": 32.1,
            "longitude": 35.5,
            "latitude": 32.1,
        },
        "within": ["basin"],
    },
    {"id": "W2", "kind": "well", "names": {"en": HOSTILE}, "within": ["basin"]},
]
ROWS = [
    # Monthly levels over two years of the calendar, and one that is a limit.
    *(("W1", f"2015-{month:02}-10", f"{-214 - month / 4}") for month in range(1, 13)),
    *(("W1", f"2016-{month:02}-10", f"{-210 - month / 4}") for month in range(1, 13)),
    ("W2", "2015-03-01", "<0.5"),
    ("W2", "2015-03-02", "1.25"),
    # One figure in each of two years.
    ("W3", "2015-05-01", "7"),
    ("W3", "2016-05-01", "8"),
]


@pytest.fixture(scope="session")
def party(tmp_path_factory):
    made = make_party(tmp_path_factory.mktemp("report"))
    places = made.desk / "places.jsonl"
    places.write_text(
        "\n".join(json.dumps(one, ensure_ascii=False) for one in PLACES),
        encoding="utf-8",
    )
    with made.node.writing():
        import_places(made.node, places)
    text = "\n".join(["well,day,level", *(",".join(row) for row in ROWS)])
    made.read(text + "\n")
    made.publish()
    made.read("well,day,level\nW1,2016-12-10,-209\n", "later.csv")
    made.publish("misread")
    return made


@pytest.fixture(scope="session")
def bank(party):
    with reading_bank(party.node.bank) as opened:
        yield opened
