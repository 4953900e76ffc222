"""Schemathesis asks every operation of the OpenAPI document what its schemas allow.

No answer may be a fault, of a status or media type that the document does not tell, or
of another form than its schema. Half of the questions are about what is there: ids that
schemathesis makes up are hardly ever anybody's.
"""

import httpx
import pytest
import schemathesis
from edr_region import make_region
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from web_servers import serving

from waternet.api.app import all_operations, make_app

OPERATIONS = {one.name: one for one in all_operations() if one.is_listed}
EXAMPLES = 12
NAMES = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
]


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return make_region(tmp_path_factory.mktemp("region")).node


@pytest.fixture(scope="module")
def anybody(region):
    """Return where anybody may ask."""
    with serving(make_app(region, rate=0)) as address:
        yield address


@pytest.fixture(scope="module")
def stewards(region):
    """Return where everybody is a steward of the same node."""
    with serving(make_app(region, rate=0, is_unguarded=True)) as address:
        yield address


@pytest.fixture(scope="module")
def schema(anybody):
    told = httpx.get(f"{anybody}/openapi.json", trust_env=False).json()
    return {
        operation.ok().definition.raw["operationId"]: operation.ok()
        for operation in schemathesis.openapi.from_dict(told).get_all_operations()
    }


@pytest.fixture(scope="module")
def there(anybody):
    """Return what there is, by the names of paths' parameters."""
    with httpx.Client(base_url=anybody, trust_env=False) as web:
        (first, *_) = web.get("/edr/collections").json()["collections"]
        edr = f"/edr/collections/{first['id']}"
        (location, *_) = web.get(f"{edr}/locations").json()["features"]
        (instance, *_) = web.get(f"{edr}/instances").json()["instances"]
        items = "/ogc/collections/stations/items"
        (item, *_) = web.get(items).json()["features"]
    return {
        "collection": first["id"],
        "location": location["id"],
        "instance": instance["id"],
        "item": item["id"],
        "id": 1,
    }


def test_the_document_has_every_operation(schema):
    assert set(schema) == {*OPERATIONS, "metrics", "openapi"}


@pytest.mark.parametrize("name", [*OPERATIONS, "metrics", "openapi"])
def test_every_answer_is_as_the_document_tells(schema, there, anybody, stewards, name):
    checks = CHECKS.get_by_names(NAMES)
    needs_role = name in OPERATIONS and OPERATIONS[name].role
    address = stewards if needs_role else anybody
    turn = 0

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[name].as_strategy())
    def ask(case):
        nonlocal turn
        turn += 1
        if turn % 2:
            known = there.keys() & case.path_parameters.keys()
            case.path_parameters.update({one: there[one] for one in known})
        case.validate_response(case.call(base_url=address), checks=checks)

    ask()
