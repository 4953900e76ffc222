"""What is written column by column is what DuckDB writes of the same question."""

import csv
import io
import json
from datetime import timedelta

import httpx
import pytest
from api.sensorthings.scene import (
    DAILY,
    LAKE,
    T0,
    entry,
    hours,
    levels,
    make_node,
    small_record,
)
from web_servers import serving

from waternet.api.app import make_app


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    when = [*hours(50), T0 + timedelta(days=20, microseconds=250_000)]
    values = [round(n / 7, 3) for n in range(50)] + [5.0]
    fine = entry(2, [(levels("W3"), when, values)])
    feet = levels("W2")
    changed = type(feet)(
        "levels", "W2", "groundwater-level", "[ft_i]", procedure="dipper"
    )
    later = [T0 + timedelta(days=day) for day in (20, 21)]
    second = entry(3, [(changed, later, [10.0, 20.0])])
    withdrawn = entry(4, [], "withdraw", release=1, reason="wrong")
    arrivals = [*small_record(), fine, second, withdrawn]
    node = make_node(tmp_path_factory.mktemp("plain"), arrivals)
    with (
        serving(make_app(node, rate=0)) as address,
        httpx.Client(base_url=f"{address}/sta/v1.1", trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def path_of(web):
    """Return the path to the observations of a datastream."""
    streams = web.get("/Datastreams").json()["value"]
    numbers = {one["properties"]["address"]: one["@iot.id"] for one in streams}
    return lambda one: f"/Datastreams({numbers[f'jordan:{one.name}']})/Observations"


STREAMS = [levels("W1"), levels("W2"), levels("W3"), LAKE, DAILY]
QUESTIONS = [
    {},
    {"$top": "7"},
    {"$top": "7", "$orderby": "phenomenonTime desc"},
    {"$top": "7", "$orderby": "phenomenonTime", "$skip": "3"},
    {"$orderby": "phenomenonTime desc", "$skip": "1", "$select": "result"},
    {"$select": "phenomenonTime,result", "$count": "true", "$top": "2"},
    {"$select": "id,resultQuality,parameters,Datastream,validTime"},
    {"$filter": "phenomenonTime ge 2024-01-03T00:00:00Z", "$count": "true"},
    {"$filter": "phenomenonTime gt 2024-01-03T00:00:00Z", "$top": "5"},
    {"$filter": "phenomenonTime le 2024-01-03T00:00:00Z"},
    {"$filter": "phenomenonTime lt 2024-01-03", "$orderby": "phenomenonTime desc"},
    {"$filter": "phenomenonTime le 2024-01-03", "$top": "100"},
    {"$filter": "phenomenonTime gt 2024-01-03 and phenomenonTime lt 2024-01-06"},
    {"$filter": "phenomenonTime eq 2024-01-03T00:00:00Z"},
    {"$filter": "phenomenonTime ge 2024-01-05 and phenomenonTime le 2024-01-02"},
    {"$top": "0", "$count": "true"},
    {"as_of": "jordan:0", "$top": "20"},
    {"$resultFormat": "dataArray", "$top": "3"},
    {"$resultFormat": "dataArray", "$select": "id,result,phenomenonTime,resultTime"},
    {"$resultFormat": "dataArray", "$filter": "phenomenonTime gt 2030-01-01"},
]


def _rounded(value):
    """Return JSON with numbers of 12 digits: units are converted by two libraries."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


@pytest.mark.parametrize("stream", STREAMS, ids=lambda one: one.name)
@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_columns_say_what_sql_says(web, path_of, stream, question):
    path = path_of(stream)
    # What is always true changes nothing, but it must be asked of DuckDB.
    always = "1 eq 1"
    if "$filter" in question:
        always = f"{always} and {question['$filter']}"
    asked = [question, {**question, "$filter": always}]
    pages = [web.get(path, params=one).json() for one in asked]
    while True:
        links = [page.pop("@iot.nextLink", "") for page in pages]
        assert _rounded(pages[0]) == _rounded(pages[1])
        assert bool(links[0]) == bool(links[1])
        if not links[0]:
            break
        pages = [web.get(link).json() for link in links]


@pytest.mark.parametrize("stream", STREAMS, ids=lambda one: one.name)
@pytest.mark.parametrize("select", ["", "result,phenomenonTime", "id,resultQuality"])
def test_lines_of_csv_are_those_of_sql(web, path_of, stream, select):
    asked = {"$resultFormat": "CSV", "$top": "60"}
    asked |= {"$select": select} if select else {}
    told = []
    for more in ({}, {"$filter": "1 eq 1"}):
        answer = web.get(path_of(stream), params={**asked, **more})
        assert answer.headers["content-type"].startswith("text/csv")
        told.append(list(csv.DictReader(io.StringIO(answer.text))))
    for row in [*told[0], *told[1]]:
        if "result" in row:
            row["result"] = float(f"{float(row['result']):.12g}")
        if "resultQuality" in row:
            row["resultQuality"] = json.loads(row["resultQuality"])
        if "parameters" in row:
            row["parameters"] = json.loads(row["parameters"])
    assert told[0] == told[1]
    assert told[0]


def test_a_datastream_in_another_unit_is_shown_in_its_present_one(web, path_of):
    path = path_of(levels("W2"))
    asked = {"$select": "result", "$orderby": "phenomenonTime desc", "$top": "3"}
    told = [one["result"] for one in web.get(path, params=asked).json()["value"]]
    # 0.9 m is 2.9528 ft (NIST SP 811: 1 ft = 0.3048 m).
    assert told[:2] == [20, 10]
    assert told[2] == pytest.approx(0.9 / 0.3048)


def test_another_unit_can_be_asked_for(web, path_of):
    path = path_of(levels("W1"))
    asked = {"unit": "cm", "$top": "2", "$select": "result,parameters"}
    first, second = web.get(path, params=asked).json()["value"]
    assert (first["result"], second["result"]) == (0, 100)
    assert second["parameters"]["unit"] == "cm"
    other = web.get(path, params={"unit": "s"})
    assert other.status_code == 400


def test_figures_are_gathered_by_period(web, path_of):
    path = path_of(LAKE)
    asked = {"aggregate": "day", "statistic": "maximum", "$count": "true"}
    page = web.get(path, params=asked).json()
    assert page["@iot.count"] == 2
    # Hourly from -210 on by 0.01: at hour 23 of the first day it is -209.77.
    assert [one["result"] for one in page["value"]] == [-209.77, -209.53]
    assert page["value"][0]["phenomenonTime"] == (
        "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"
    )
    assert page["value"][0]["resultQuality"]["n"] == 24
    assert page["value"][0]["parameters"]["statistic"] == "maximum"
    assert "@iot.id" not in page["value"][0]
    array = {**asked, "$resultFormat": "dataArray", "$top": "1"}
    first = web.get(path, params=array).json()
    second = web.get(first["@iot.nextLink"]).json()
    times = [one["value"][0]["dataArray"][0][1] for one in (first, second)]
    assert [time[:10] for time in times] == ["2024-01-01", "2024-01-02"]


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/Observations", {"aggregate": "day"}),
        ("/Things", {"unit": "m"}),
        (
            "/Datastreams(1)/Observations",
            {"aggregate": "day", "$filter": "result gt 1"},
        ),
        ("/Datastreams(1)/Observations", {"aggregate": "fortnight"}),
        ("/Datastreams", {"aggregate": "day", "$expand": "Observations"}),
    ],
)
def test_nothing_is_gathered_in_silence_where_it_cannot_be(web, path, options):
    assert web.get(path, params=options).status_code == 400


def test_the_latest_of_each_is_the_last_of_each(web):
    inside = "$top=1;$orderby=phenomenonTime desc;$count=true"
    told = []
    for more in ("", ";$filter=1 eq 1"):
        asked = {"$expand": f"Observations({inside}{more})", "$select": "id,name"}
        streams = web.get("/Datastreams", params=asked).json()["value"]
        following = [one.pop("Observations@iot.nextLink", "") for one in streams]
        told.append((streams, [link.rpartition("=")[2] for link in following]))
    assert told[0] == told[1]
    assert all(len(one["Observations"]) == 1 for one in told[0][0])


def test_all_observations_are_paged_datastream_by_datastream(web):
    link, few, options = "/Observations", [], {"$top": "97", "$select": "id"}
    while link:
        page = web.get(link, params=None if few else options).json()
        few += page["value"]
        link = page.get("@iot.nextLink")
    order = "Datastream/id,phenomenonTime,id"
    options = {"$top": "100000", "$select": "id", "$orderby": order}
    assert few == web.get("/Observations", params=options).json()["value"]
    assert len(few) == int(web.get("/Observations/$count").text)
