"""Two parties at one lake, and wells of one of them: a small region for EDR's tests.

```
 lat
32.5                                  lake (36.0): 'lower:lake' and 'upper:tarn'
32.0   W1 (35.0)      W2 (35.5)
```
"""

import json
from pathlib import Path

from parties import Party, make_party, quiet

from waternet.node.follow import follow_party, pull_folder
from waternet.node.importing import import_file, import_places

RECIPE = """
format = "delimited"
dataset = "levels"

[station]
column = "place"
kind = "well"

[time]
column = "day"
zone = "+00:00"

[[value]]
column = "level"
observed_property = "water-level"
unit = "{unit}"
procedure = "gauge"

[[value]]
column = "chloride"
observed_property = "chloride"
unit = "mg/L"
procedure = "lab"

[[value]]
column = "rain"
observed_property = "precipitation"
unit = "mm"
statistic = "total"
interval = "P1D"
procedure = "gauge"
"""

LOWER = """place,day,level,chloride,rain
W1,2015-01-01,-214.5,120,0
W1,2015-01-02,-214.25,<5,3.5
W1,2015-01-04,-214.0,,
W2,2015-01-01,10.5,80,
lake,2015-01-01,-212.5,,
lake,2015-02-01,-212.25,,
balance,2015-01-01,7.5,,
"""
CORRECTED = """place,day,level,chloride,rain
W1,2015-01-02,-214.75,,
"""
UPPER = """place,day,level,chloride,rain
tarn,2015-01-01,-212.75,,
"""


def place(id_: str, kind: str, at: tuple[float, float] | None, **more: object) -> str:
    """Return a line of a file of places."""
    written: dict[str, object] = {"id": id_, "kind": kind}
    written["names"] = {"ar": f"مكان {id_}", "en": f"Place {id_}", "he": f"מקום {id_}"}
    if at is not None:
        longitude, latitude = at
        written["position"] = {
            "crs": "EPSG:4326",
            "longitude": longitude,
            "latitude": latitude,
            "x": longitude,
            "y": latitude,
        }
    return json.dumps(written | more, ensure_ascii=False)


PLACES = {
    "lower": [
        place("W1", "well", (35.0, 32.0)),
        place("W2", "well", (35.5, 32.0)),
        place("lake", "lake", (36.0, 32.5), same_as=["wikidata:Q1"]),
        place("balance", "basin", None),
    ],
    "upper": [place("tarn", "lake", (36.0, 32.5), same_as=["wikidata:Q1"])],
}


def bring(party: Party, text: str, unit: str = "m", name: str = "levels.csv") -> None:
    """Import a file and publish it."""
    file, recipe = party.desk / name, party.desk / "recipe.toml"
    file.write_text(text, encoding="utf-8")
    recipe.write_text(RECIPE.format(unit=unit), encoding="utf-8")
    import_file(party.node, file, recipe, title=name)
    party.publish(reason=f"because of {name}")


def make_region(folder: Path) -> Party:
    """Return the party 'lower', which follows 'upper' and has corrected a figure.

    'upper' tells its level in centimetres.
    """
    lower, upper = make_party(folder, "lower"), make_party(folder, "upper")
    for party in (lower, upper):
        places = party.desk / "places.jsonl"
        places.write_text("\n".join(PLACES[party.node.party]) + "\n", encoding="utf-8")
        import_places(party.node, places)
    bring(lower, LOWER)
    bring(lower, CORRECTED, name="corrected.csv")
    bring(upper, UPPER.replace("-212.75", "-21275"), unit="cm")
    follow_party(lower.node, upper.node.public / "card.json")
    pull_folder(lower.node, upper.node.public, quiet)
    return lower
