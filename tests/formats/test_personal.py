"""Personal data: gone from all that is kept, and the same owner stays the same."""

import hashlib
import hmac

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.personal import protect_reading, pseudonym
from waternet.formats.recipe import Recipe

SECRET = bytes(range(32))
RECIPE = """
format = "delimited"
dataset = "levels"

[personal]
Owner = "pseudonymise"
Phone = "drop"

[station]
column = "well"
kind = "well"
attribute_columns = { owner = "Owner", phone = "Phone", depth = "Depth" }

[time]
column = "day"
zone = "+02:00"

[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
"""
FILE = """well,Owner,Phone,Depth,day,level
W1,Umm Khalid,0799-123,120,2015-01-01,-214.87
W2,umm  khalid,0799-123,80,2015-01-01,12.5
W3,Abu Salim,0788-456,95,2015-01-01,broken
W3,Umm Khalid,0788-456,95,2015-02-01,7
not/an/id,Abu Salim,0788-456,95,2015-01-01,7
W4,Abu Salim,0788-456,95,2015-01-01,7,too,many,cells
"""


def _read(folder, text=FILE, recipe=RECIPE):
    file = folder / "wells.csv"
    file.write_text(text, encoding="utf-8")
    chosen = Recipe.from_toml(recipe)
    stations = [part.station for part in chosen.parts()]
    return protect_reading(read_file(file, chosen), stations, chosen.personal, SECRET)


def test_a_pseudonym_is_a_keyed_hash_of_the_name():
    expected = hmac.new(SECRET, b"umm khalid", hashlib.sha256).hexdigest()[:20]
    assert pseudonym("Umm  Khalid", SECRET) == f"p-{expected}"
    assert pseudonym("Umm Khalid", b"another secret") != f"p-{expected}"


def test_the_same_owner_has_one_pseudonym_and_nothing_else_is_kept(tmp_path):
    reading, told = _read(tmp_path)
    assert told == {"Owner": "pseudonymised", "Phone": "dropped"}
    kept = {place.id: place.attributes for place in reading.places}
    assert kept["W1"]["owner"] == kept["W2"]["owner"] != kept["W3"]["owner"]
    assert kept["W1"]["depth"] == "120"
    assert kept["W1"]["personal"] == "owner pseudonymised, phone dropped"
    assert "phone" not in kept["W1"]


def test_no_reject_and_no_notice_tells_what_is_personal(tmp_path):
    reading, _told = _read(tmp_path)
    assert len(reading.rejects) >= 2
    assert any(one.column == "Owner" for one in reading.notices)
    everything = repr(reading.places) + repr(reading.rejects) + repr(reading.notices)
    for text in ("Khalid", "khalid", "Salim", "0799", "0788"):
        assert text not in everything


def test_a_name_that_is_personal_gives_way_to_the_id(tmp_path):
    named = RECIPE.replace(
        "attribute_columns = {", 'name_columns = { ar = "Owner" }\n#'
    )
    dropped = named.replace('Owner = "pseudonymise"', 'Owner = "drop"')
    reading, _told = _read(tmp_path, recipe=dropped)
    assert reading.places[0].names == {"und": "W1"}
    reading, _told = _read(tmp_path, recipe=named)
    assert reading.places[0].names == {"ar": pseudonym("Umm Khalid", SECRET)}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (RECIPE.replace('"drop"', '"hide"'), "'Phone' = 'hide'"),
        (RECIPE.replace("Phone = ", "well = "), "ids of places are made of"),
        (RECIPE.replace("Phone = ", "level = "), "figures or times are read"),
        (RECIPE.replace("\nOwner = ", "\nowner = "), "is not 'Owner'"),
    ],
)
def test_a_recipe_that_would_keep_personal_data_is_refused(wrong, said):
    with pytest.raises(NotAcceptable, match=said):
        Recipe.from_toml(wrong)


def test_a_recipe_with_personal_columns_is_written_as_it_is_read():
    recipe = Recipe.from_toml(RECIPE)
    assert Recipe.from_toml(recipe.to_toml()) == recipe
