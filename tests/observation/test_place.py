"""Places as other parties describe them."""

import numpy as np
import pytest

from waternet.errors import NotAcceptable
from waternet.observation.place import Place, to_wgs84

WELL = {"id": "AL1", "kind": "well", "names": {"en": "Well 1"}}
AMMAN = {"longitude": 35.93, "latitude": 31.95, "crs": "EPSG:4326", "x": 1, "y": 2}


def test_a_place_is_read_as_it_was_written():
    written = {**WELL, "within": ["basin"], "position": AMMAN}
    assert Place.from_json(written).to_json() == written


@pytest.mark.parametrize(
    "wrong",
    [
        {"within": "abc"},
        {"same_as": {"wikidata:Q1": "x"}},
        {"names": [["en", "Well 1"]]},
        {"attributes": [["owner", "x"]]},
        {"position": {**AMMAN, "longitude": 500.0}},
        {"position": {**AMMAN, "latitude": -1e300}},
    ],
)
def test_what_is_not_of_its_kind_or_nowhere_on_earth_is_refused(wrong):
    with pytest.raises(NotAcceptable):
        Place.from_json({**WELL, **wrong})


def test_a_system_that_nothing_leads_out_of_is_refused_with_a_hint():
    # EPSG:22700 (Deir ez Zor / Levant Zone) is registered; its projection is not.
    with pytest.raises(NotAcceptable, match="EPSG:22700") as caught:
        to_wgs84(np.array([1.0]), np.array([1.0]), "EPSG:22700")
    assert "EPSG:4326" in caught.value.hint
