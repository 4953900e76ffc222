"""What is not everybody's does not show at /edr: no figure, place or collection."""

import httpx
import pytest
from edr_region import LOWER, PLACES, bring
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app
from waternet.node.follow import follow_party
from waternet.node.importing import import_places


@pytest.fixture(scope="module")
def restricted(tmp_path_factory):
    """Return a party whose only dataset is for the party 'upper' alone."""
    folder = tmp_path_factory.mktemp("restricted")
    party = make_party(folder, "lower", access="parties", parties=("upper",))
    upper = make_party(folder, "upper")
    follow_party(party.node, upper.node.public / "card.json")
    places = party.desk / "places.jsonl"
    places.write_text("\n".join(PLACES["lower"]) + "\n", encoding="utf-8")
    import_places(party.node, places)
    bring(party, LOWER)
    return party


def asked(party, **options):
    """Return the answers of some paths below /edr/collections."""
    paths = ("", "/lower:levels", "/joint/cube?bbox=30,30,40,40", "/joint/locations")
    with (
        serving(make_app(party.node, **options)) as address,
        httpx.Client(base_url=f"{address}/edr/collections", trust_env=False) as web,
    ):
        return [web.get(path) for path in paths]


def test_anybody_meets_nothing_of_a_restricted_dataset(restricted):
    listed, one, figures, places = asked(restricted)
    assert listed.json()["collections"] == []
    assert one.status_code == 404
    assert "lower:levels" not in one.json().get("hint", "")
    assert figures.status_code == 204
    assert places.json()["features"] == []


def test_its_own_people_do(restricted):
    listed, one, figures, places = asked(restricted, is_unguarded=True)
    assert [each["id"] for each in listed.json()["collections"]] == [
        *("joint", "lower:levels")
    ]
    assert one.status_code == 200
    assert len(figures.json()["coverages"]) == 7
    assert len(places.json()["features"]) == 4
