"""The OpenAPI document: whole, without references, and made from what is answered."""

import json

import httpx
import pytest
from web_servers import serving

from waternet.api.app import all_operations, make_app
from waternet.api.openapi import document
from waternet.api.operation import Operation, Parameter


def toy(name, path, **more):
    return Operation("GET", path, name, "toys", "A toy.", lambda asked: asked, **more)


@pytest.fixture
def told():
    ids = Parameter("ids", {"type": "array", "items": {"type": "string"}}, "Which.")
    return document(
        [
            toy("one", "/toys/{toy}/{rest:path}", parameters=(ids,), role="steward"),
            toy("hidden", "/hidden", is_listed=False),
        ],
        "https://water.example",
    )


def test_parameters_of_the_path_are_told_though_nobody_wrote_them(told):
    (path,) = told["paths"]
    assert path == "/toys/{toy}/{rest}"
    by_name = {one["name"]: one for one in told["paths"][path]["get"]["parameters"]}
    assert by_name["toy"]["in"] == by_name["rest"]["in"] == "path"
    assert by_name["toy"]["required"] is True
    assert (by_name["ids"]["style"], by_name["ids"]["explode"]) == ("form", False)


def test_what_needs_a_role_says_how_to_sign_in(told):
    operation = told["paths"]["/toys/{toy}/{rest}"]["get"]
    assert operation["security"] == [{"bearer": []}, {"key": []}]
    assert "steward" in operation["summary"]
    assert {"401", "403"} <= set(operation["responses"])
    schemes = told["components"]["securitySchemes"]
    assert schemes["key"] == {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    assert schemes["bearer"]["scheme"] == "bearer"


def test_the_nodes_own_document_is_whole(web):
    answer = web.get("/openapi.json")
    told = answer.json()
    assert told["openapi"].startswith("3.1")
    assert "$ref" not in answer.text
    assert told["servers"] == [{"url": str(web.base_url).rstrip("/")}]
    names = [
        operation["operationId"]
        for path in told["paths"].values()
        for operation in path.values()
    ]
    assert len(names) == len(set(names))
    listed = {one.name for one in all_operations() if one.is_listed}
    assert listed <= set(names)
    has = {"if-none-match": answer.headers["etag"]}
    assert web.get("/openapi.json", headers=has).status_code == 304


def test_every_operation_says_what_it_answers():
    for one in all_operations():
        assert one.answers or one.method != "GET" or not one.is_listed, one.name
        assert one.about.endswith("."), one.name
        assert bool(one.body) == bool(one.most_body), one.name
        json.dumps([dict(one.answers), dict(one.body)])


def test_the_address_that_the_operator_gave_is_the_one_that_is_told(node):
    app = make_app(node, url="https://water.example/jordan/")
    with (
        serving(app) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        told = web.get("/openapi.json").json()
    assert told["servers"] == [{"url": "https://water.example/jordan"}]
