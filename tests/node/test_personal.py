"""Personal data leaves an import before anything of it is written or signed."""

import json

from parties import make_party

from waternet.bank.standing import standing_places
from waternet.bank.store import Bank
from waternet.node.importing import import_file

RECIPE = """
format = "delimited"
dataset = "levels"

[personal]
Owner = "pseudonymise"

[station]
column = "well"
kind = "well"
attribute_columns = { owner = "Owner" }

[time]
column = "day"
zone = "+02:00"

[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
"""
FILE = """well,Owner,day,level
W1,Umm Khalid,2015-01-01,-214.87
W2,Umm Khalid,2015-01-01,12.5
W3,Abu Salim,2015-01-01,broken
not/an/id,Abu Salim,2015-01-01,7
W4,Abu Salim,2015-01-01,7,too,many
"""


def _import(party, text=FILE):
    file, recipe = party.desk / "wells.csv", party.desk / "personal.toml"
    file.write_text(text, encoding="utf-8")
    recipe.write_text(RECIPE, encoding="utf-8")
    return import_file(party.node, file, recipe)


def _leaks(party):
    return [
        path.name
        for path in party.node.folder.rglob("*")
        if path.is_file()
        and any(name in path.read_bytes() for name in (b"Khalid", b"Salim"))
    ]


def test_no_file_of_the_node_holds_an_owners_name(tmp_path):
    party = make_party(tmp_path)
    report = _import(party)
    assert report.personal == {"Owner": "pseudonymised"}
    assert report.rejected > 0
    assert _leaks(party) == []
    party.publish()
    assert _leaks(party) == []
    assert party.node.key("pseudonym").stat().st_mode & 0o077 == 0


def test_an_owner_keeps_the_pseudonym_and_the_release_says_what_was_done(tmp_path):
    party = make_party(tmp_path)
    _import(party)
    party.publish()
    _import(party, FILE.replace("W1,Umm", "W5,UMM"))
    party.publish()
    with Bank.open(party.node.bank) as bank:
        places = standing_places(bank, "jordan")
        bodies = bank.catalogue.rows("SELECT body FROM entry WHERE kind = 'release'")
    owners = {name: place.attributes["owner"] for name, place in places.items()}
    assert owners["W1"] == owners["W2"] == owners["W5"]
    assert owners["W3"] != owners["W1"]
    for (body,) in bodies:
        assert json.loads(body)["personal"] == {"Owner": "pseudonymised"}


def test_two_parties_give_one_owner_different_pseudonyms(tmp_path):
    found = set()
    for name in ("jordan", "israel"):
        party = make_party(tmp_path, name)
        _import(party)
        party.publish()
        with Bank.open(party.node.bank) as bank:
            found.add(standing_places(bank, name)["W1"].attributes["owner"])
    assert len(found) == 2
