"""Every coverage at /edr, read by covjson-pydantic."""

import httpx
import pytest
from covjson_pydantic.coverage import CoverageCollection
from pydantic import ValidationError

QUERIES = [
    "joint/locations/lower:W1",
    "joint/locations/lower:W1,upper:tarn,lower:balance",
    "joint/locations/wikidata:Q1",
    "joint/locations/wikidata:Q1?unit=m",
    "joint/locations/lower:W1?parameter-name=chloride",
    "joint/locations/lower:W1?parameter-name=censor,grade",
    "joint/position?coords=POINT(35+32)",
    "joint/radius?coords=POINT(35+32)&within=100&within-units=km",
    "joint/area?coords=POLYGON((34+31,37+31,37+33,34+33,34+31))",
    "joint/cube?bbox=34,31,37,33",
    "joint/corridor?coords=LINESTRING(35+32,36+32.5)&corridor-width=9&width-units=mi",
    "joint/cube?bbox=34,31,37,33&aggregate=month",
    "joint/cube?bbox=34,31,37,33&aggregate=day&statistic=count&zone=Asia/Amman",
    "joint/cube?bbox=34,31,37,33&aggregate=record&statistic=p90",
    "lower:levels/instances/lower:2/locations/lower:W1",
]


@pytest.fixture(scope="module")
def web(edr):
    with httpx.Client(base_url=f"{edr}/collections", trust_env=False) as client:
        yield client


@pytest.mark.parametrize("query", QUERIES)
def test_a_coverage_is_what_the_model_expects(web, query):
    answer = web.get(f"/{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.cov+json"
    CoverageCollection.model_validate_json(answer.content)


def test_the_model_refuses_what_is_no_coverage(web):
    document = web.get("/joint/locations/lower:W1").json()
    del document["coverages"][0]["ranges"]
    with pytest.raises(ValidationError):
        CoverageCollection.model_validate(document)


def test_every_range_has_a_parameter_and_one_value_for_each_time(web):
    found = CoverageCollection.model_validate_json(
        web.get("/joint/cube?bbox=34,31,37,33").content
    )
    for coverage in found.coverages:
        shared = found.parameters.root if found.parameters else {}
        own = coverage.parameters.root if coverage.parameters else shared
        assert set(coverage.ranges) <= set(own)
        times = coverage.domain.axes.t
        assert times is not None
        for values in coverage.ranges.values():
            assert len(values.values) == len(times.values)
