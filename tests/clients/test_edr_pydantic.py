"""Every description at /edr, read by edr-pydantic's models, which allow no more."""

import httpx
import pytest
from edr_pydantic.capabilities import ConformanceModel, LandingPageModel
from edr_pydantic.collections import Collection, Collections, Instance, Instances


@pytest.fixture(scope="module")
def web(edr):
    with httpx.Client(base_url=edr, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("language", ["ar", "en", "he"])
@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("", LandingPageModel),
        ("/conformance", ConformanceModel),
        ("/collections", Collections),
        ("/collections/joint", Collection),
        ("/collections/lower:levels", Collection),
        ("/collections/lower:levels/instances", Instances),
        ("/collections/joint/instances?limit=1", Instances),
        ("/collections/lower:levels/instances/lower:2", Instance),
        ("/collections/joint/instances/2100-01-01", Instance),
    ],
)
def test_a_description_is_what_the_model_expects(web, path, model, language):
    answer = web.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, answer.text
    model.model_validate_json(answer.content)


def test_labels_are_in_the_language_asked_for(web):
    def label(language):
        told = web.get("/collections/lower:levels", params={"lang": language}).json()
        return told["parameter_names"]["chloride"]["observedProperty"]["label"]

    # As the vocabulary of observed properties has them.
    assert [label(one) for one in ("ar", "en", "he")] == [
        *("الكلوريد", "Chloride", "כלוריד")
    ]


def test_the_extent_holds_every_place_and_time(web):
    found = Collection.model_validate_json(web.get("/collections/joint").content)
    assert found.extent.spatial.bbox == [[35.0, 32.0, 36.0, 32.5]]
    assert found.extent.temporal is not None
    assert found.extent.temporal.values == ["2015-01-01T00:00:00Z/2015-02-01T00:00:00Z"]


def test_a_unit_is_told_where_all_owners_have_the_same(web):
    joint = Collection.model_validate_json(web.get("/collections/joint").content)
    parameters = joint.parameter_names.root
    assert parameters["chloride"].unit is not None
    assert parameters["water-level"].unit is None


def test_each_link_of_a_collection_leads_somewhere(web):
    told = web.get("/collections/lower:levels").json()
    for link in told["links"]:
        if link["rel"] != "license":
            # Queries for data say what they need.
            assert web.get(link["href"]).status_code in (200, 400), link
