"""The USGS's dialect over HTTP; its own client is asked in `tests/clients`."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
import pytest
import regions
from jsonschema import Draft202012Validator
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app
from waternet.api.usgs.routes import operations
from waternet.bank.arrival import Arrival
from waternet.bank.seal import writing_bank
from waternet.formats.recipe import TableLayout
from waternet.formats.usgs_json import is_usgs_json, list_series
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Censor, Grade, Status

V1 = "/ogcapi/v1/collections"
FLOW = "amber:G1/discharge/instant/PT0S/unspecified"
STAGE = "birch:B1/stage/instant/PT0S/unspecified"
RAIN = Datastream(
    "rain", "R1", "precipitation", "mm", "total", "PT1H", "bucket", zone="Asia/Amman"
)
SALT = Datastream("salt", "R1", "chloride", "mg/L")


def odd_entry():
    """Return hourly rain by Amman's clock, and samples with limits and grades."""
    # Three hours before, at and after midnight in Amman, which is UTC+2 in January.
    hours = [
        datetime(2020, 1, 9, 20, tzinfo=UTC) + timedelta(hours=n) for n in range(4)
    ]
    days = [datetime(2020, 3, day, 8, tzinfo=UTC) for day in (1, 2, 3)]
    table = make_table(
        datastream=[RAIN.name] * 4 + [SALT.name] * 3,
        time=hours + days,
        value=[1.0, 2.0, 4.0, 8.0, 5.0, 7.5, 250.0],
        censor=np.array([0] * 4 + [Censor.BELOW, 0, 0], np.int8),
        grade=np.array([0] * 6 + [Grade.SUSPECT], np.int8),
        status=np.array(
            [Status.PROVISIONAL] * 4 + [Status.APPROVED, Status.ESTIMATED, 0], np.int8
        ),
        qualifier=[None] * 4 + ["nd", None, None],
    )
    return Arrival(
        party="cedar",
        index=0,
        issued=datetime(2026, 2, 1, tzinfo=UTC),
        kind="release",
        body={"dataset": "rain", "title": "Rain"},
        places=(Place("R1", "weather-station", {"en": "Roof"}),),
        datastreams=(RAIN, SALT),
        observations=in_order(table),
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    node = make_party(tmp_path_factory.mktemp("node"), "amber").node
    regions.fill(node)
    with writing_bank(node.bank) as bank:
        bank.take(odd_entry())
    with serving(make_app(node, rate=0)) as address:
        yield address


@pytest.fixture
def web(address):
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def rows(web, query):
    answer = web.get(f"{V1}/{query}")
    assert answer.status_code == 200, answer.text
    return [one["properties"] for one in answer.json()["features"]]


def test_a_day_is_a_day_by_its_owners_clock(web):
    told = rows(web, "daily/items?monitoring_location_id=cedar-R1&parameter_code=00045")
    # 20:00 and 21:00 UTC lie in the 9th of Amman, 22:00 and 23:00 in the 10th.
    assert [(one["time"], one["value"], one["statistic_id"]) for one in told] == [
        ("2020-01-09", "3", "00006"),
        ("2020-01-10", "12", "00006"),
    ]
    # 2 of 24 hours.
    assert [one["coverage"] for one in told] == pytest.approx([2 / 24, 2 / 24])
    tenth = "daily/items?parameter_code=00045&time=2020-01-10"
    assert [one["value"] for one in rows(web, tenth)] == ["12"]


def test_limits_grades_and_what_owners_say_stand_beside_the_value(web):
    told = rows(web, "continuous/items?parameter_code=00940")
    assert [(one["value"], one["qualifier"]) for one in told] == [
        ("5", ["nd", "<"]),
        ("7.5", ["ESTIMATED"]),
        ("250", ["SUSPECT"]),
    ]
    assert [one["approval_status"] for one in told] == ["Approved", None, None]
    exact = 'continuous/items?qualifier=["ESTIMATED"]'
    assert [one["value"] for one in rows(web, exact)] == ["7.5"]
    assert rows(web, "continuous/items?approval_status=Approved") == told[:1]


def test_what_is_published_never_stands_beside_what_is_computed(web):
    told = rows(web, "daily/items?monitoring_location_id=amber-G1")
    assert {one["computation"] for one in told} == {"published"}
    # A maximum its owner does not publish is computed, when it is asked for.
    most = rows(web, "daily/items?monitoring_location_id=amber-G1&statistic_id=00001")
    # 10 to 33 each day; the last hour of the third was revised to 40.
    assert [(one["value"], one["computation"]) for one in most] == [
        ("33", "computed"),
        ("33", "computed"),
        ("40", "computed"),
    ]


def test_codes_and_our_own_terms_mean_the_same(web):
    asked = {
        code: rows(web, f"latest-continuous/items?parameter_code={code}")
        for code in ("00060", "30208", "discharge")
    }
    assert [one["value"] for many in asked.values() for one in many] == ["40"] * 3
    # Told by the code that it was asked by.
    assert [many[0]["parameter_code"] for many in asked.values()] == list(asked)
    spring = rows(web, "latest-continuous/items?parameter_code=spring-discharge")
    assert [one["value"] for one in spring] == ["0.5"]


def test_a_past_and_another_unit(web):
    path = "continuous/items?monitoring_location_id=amber-G1&time=2020-01-03T23:00:00Z"
    assert [one["value"] for one in rows(web, path)] == ["40"]
    assert [one["value"] for one in rows(web, f"{path}&as_of=amber:0")] == ["33"]
    (litres,) = rows(web, f"{path}&unit=L/s")
    assert float(litres["value"]) == pytest.approx(40_000)
    assert litres["unit_of_measure"] == "L/s"
    assert web.get(f"{V1}/{path}&unit=mg/L").status_code == 400


def test_pages_go_on_from_a_feature_and_show_each_once(web):
    found, href = [], f"{V1}/continuous/items?limit=50&skipGeometry=true"
    while href:
        page = web.get(href).json()
        found += [one["id"] for one in page["features"]]
        assert page["numberReturned"] == len(page["features"]) <= 50
        links = {one["rel"]: one["href"] for one in page["links"]}
        href = links.get("next")
    # 72 of flow, 2 of the well, 96 of stage, 2 of the spring, 4 of rain, 3 samples.
    assert len(found) == len(set(found)) == 179
    assert found == sorted(found, key=lambda one: one.rpartition("@")[0])


@pytest.mark.parametrize(
    ("collection", "item"),
    [
        ("continuous", f"{FLOW}@2020-01-03T23:00:00Z"),
        ("daily", f"{STAGE}@day-maximum@2020-01-01"),
        ("time-series-metadata", FLOW),
        ("latest-continuous", f"{FLOW}@2020-01-03T23:00:00Z"),
        ("monitoring-locations", "amber-G1"),
    ],
)
def test_each_feature_has_an_address(web, collection, item):
    assert web.get(f"{V1}/{collection}/items/{item}").json()["id"] == item
    encoded = item.replace("/", "%2F")
    assert web.get(f"{V1}/{collection}/items/{encoded}").json()["id"] == item


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("daily/items?state_name=Ohio", 400),
        ("daily/items?time=yesterday", 400),
        ("daily/items?time=P", 400),
        ("daily/items?value=high", 400),
        ("daily/items?after=nothing", 400),
        ("daily/items?sortby=value", 400),
        ("daily/items?properties=flow", 400),
        ("daily/items?filter=flow = 1", 400),
        ("daily/items?as_of=nobody:1", 404),
        ("daily/items?bbox=1,2,3", 400),
        ("daily/items/nothing", 404),
        (f"daily/items/{STAGE}@day-maximum@2020-01-0x", 404),
        (f"continuous/items/{FLOW}@2020-01-03T23:30:00Z", 404),
        ("samples/items", 404),
    ],
)
def test_what_cannot_be_asked_is_refused(web, path, status):
    assert web.get(f"{V1}/{path}").status_code == status


def test_the_last_days_are_counted_from_now_and_kept_by_no_cache(web):
    answer = web.get(f"{V1}/daily/items?time=P7D")
    assert answer.json()["features"] == []
    assert answer.headers["cache-control"] == "no-store"


def test_answers_are_as_their_schemas_say(web):
    items = {
        "continuous": f"{FLOW}@2020-01-03T23:00:00Z",
        "daily": f"{STAGE}@day-mean@2020-01-01",
        "latest-daily": "amber:G1/discharge/mean/P1D/gauge@2020-01-03",
        "latest-continuous": f"{FLOW}@2020-01-03T23:00:00Z",
        "monitoring-locations": "amber-G1",
        "time-series-metadata": f"{STAGE}@day-mean",
    }
    for operation in operations():
        if operation.method != "GET":
            continue
        path = operation.path
        if "{item" in path:
            path = path.replace("{item:path}", items[path.split("/")[4]])
        answer = web.get(path)
        assert answer.status_code == 200, path
        schema = operation.answers[answer.headers["content-type"]]
        Draft202012Validator(schema).validate(answer.json())


def test_no_two_parameters_have_one_name():
    for operation in operations():
        names = [one.name for one in operation.parameters]
        assert len(names) == len(set(names)), operation.name


def test_what_reads_the_usgss_files_reads_this_too(web, tmp_path):
    collections = {
        name: web.get(f"{V1}/{name}/items?limit=50000").json()
        for name in ("monitoring-locations", "continuous", "daily")
    }
    file = tmp_path / "usgs.json"
    file.write_text(json.dumps(collections), encoding="utf-8")
    assert is_usgs_json(file.read_bytes(), file.name)
    read = list_series(file, TableLayout())
    assert not read.rejects
    told = {
        (one.feature, one.observed_property, one.statistic, one.interval): one
        for one in read.series
        if one.points.value
    }
    flow = told["amber-G1", "discharge", "instant", "PT0S"]
    assert (len(flow.points.value), flow.ucum) == (72, "m3/s")
    assert flow.points.value[-1] == "40"
    daily = told["amber-G1", "discharge", "mean", "P1D"]
    assert (daily.points.time[0], daily.points.value[0]) == ("2020-01-01", "21.5")
    # 200 m below the datum: written in feet, read in metres.
    assert float(flow.elevation) == pytest.approx(-200.0)
