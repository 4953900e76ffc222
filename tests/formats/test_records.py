"""JSON lists of records."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe


def test_a_record_that_says_a_thing_twice_is_refused(tmp_path):
    recipe = Recipe.from_toml(
        'format = "records"\ndataset = "x"\n[station]\nid = "a"\nkind = "lake"\n'
        '[time]\ncolumn = "date"\nzone = "UTC"\n'
        '[[value]]\ncolumn = "level"\nobserved_property = "lake-level"\nunit = "m"\n'
    )
    file = tmp_path / "levels.json"
    file.write_text('[{"date": "2015-01-01", "level": 1, "level": 2}]')
    with pytest.raises(NotAcceptable, match="'level' twice"):
        read_file(file, recipe)
