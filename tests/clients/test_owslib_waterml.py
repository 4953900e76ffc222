"""OWSLib's parsers of WaterML, unmodified, read what a node answers."""

from datetime import UTC, datetime

import httpx
import pytest
from lxml import etree
from owslib.swe.observation.waterml2 import MeasurementTimeseriesObservation
from owslib.waterml.wml11 import WaterML_1_1
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app

VARIABLE = "waternet:groundwater-level.instant.PT0S"
# By hand from the file of `parties`: midnight at +02:00, the second a limit.
FIGURES = [
    (datetime(2014, 12, 31, 22), -214.87),
    (datetime(2015, 1, 31, 22), -215.0),
    (datetime(2015, 2, 28, 22), -214.5),
]


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("party"))
    party.read()
    party.publish()
    with (
        serving(make_app(party.node)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def waterml(web, method, **asked):
    answer = web.get(f"/waterml/1.1/{method}", params=asked)
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return WaterML_1_1(answer.content).response


def test_sites_are_listed_with_their_network(web):
    sites = waterml(web, "GetSites", site="", authToken="")
    assert sites.site_codes == [["W1"], ["W2"]]
    assert [one.name for one in sites] == ["W1", "W2"]
    assert sites.query_info.criteria.method_called == "GetSites"


def test_a_site_says_what_is_measured_there(web):
    sites = waterml(web, "GetSiteInfoObject", site="jordan:W1")
    (catalogue,) = sites["W1"].series_catalogs
    (series,) = catalogue.series
    assert series.code == VARIABLE.partition(":")[2]
    assert series.value_count == "3"
    assert series.begin_date_time_utc == FIGURES[0][0]
    assert series.end_date_time_utc == FIGURES[-1][0]
    assert sites["W1"].site_info.time_zone_info.zone_offset == "+02:00"


def test_variables_have_name_unit_and_time_support(web):
    (variable,) = waterml(web, "GetVariables").variables
    assert variable.variable_code == "groundwater-level.instant.PT0S"
    assert variable.variable_name == "Groundwater level"
    assert (variable.unit.code, variable.data_type) == ("m", "Sporadic")
    assert variable.time_scale.time_support == "0"


def test_values_come_with_limits_method_and_source(web):
    asked = {
        "location": "jordan:W1",
        "variable": f"{VARIABLE}/methodCode=dipper",
        "startDate": "2015-01-01",
        "endDate": "2015-03-01",
        "authToken": "",
    }
    (series,) = waterml(web, "GetValuesObject", **asked).time_series
    (values,) = series.values
    assert [
        (when.replace(tzinfo=None), float(value))
        for when, value in values.get_date_values(utc=True)
    ] == FIGURES
    assert [one.censor_code for one in values] == ["nc", "lt", "nc"]
    assert [one.time_offset for one in values] == ["+02:00"] * 3
    assert [one.code for one in values.methods] == ["dipper"]
    (source,) = values.sources
    assert source.organization == "jordan"
    assert source.citation.endswith("Licence: CC-BY-4.0")
    assert series.source_info.site_codes == ["W1"]


def test_the_last_day_that_is_asked_for_is_part_of_what_is_asked_for(web):
    asked = {"location": "jordan:W1", "endDate": "2015-02-01"}
    (series,) = waterml(web, "GetValues", **asked).time_series
    assert len(series.values[0].values) == 2


def test_a_year_or_month_that_ends_what_is_asked_for_is_all_of_it(web):
    for written, count in (("2015", 3), ("2015-02", 2), ("2014-12", 0)):
        asked = {"location": "jordan:W1", "endDate": written}
        series = waterml(web, "GetValues", **asked).time_series
        assert sum(len(one.values[0].values) for one in series) == count


def test_waterml_2_is_read_point_by_point(web):
    asked = {"party": "jordan", "feature": "W1", "format": "waterml2"}
    answer = web.get("/data/observations", params=asked)
    root = etree.fromstring(answer.content)
    (member,) = root.findall(".//{http://www.opengis.net/om/2.0}OM_Observation")
    read = MeasurementTimeseriesObservation(member)
    points = [
        (one.datetime.astimezone(UTC).replace(tzinfo=None), one.value)
        for one in read.get_result()
    ]
    assert points == FIGURES
    assert read.get_result().defaultTVPMetadata.uom == "m"
    assert read.procedure == "dipper"
    assert read.observedProperty.endswith(":groundwater-level")
    assert read.phenomenonTime.start == datetime(2014, 12, 31, 22, tzinfo=UTC)
    assert read.resultTime.tzinfo is not None


def test_a_site_that_is_not_here_is_a_problem_and_no_empty_document(web):
    answer = web.get("/waterml/1.1/GetSiteInfo", params={"site": "jordan:W9"})
    assert answer.status_code == 404
    assert "no site 'jordan:W9'" in answer.json()["detail"]
    malformed = web.get("/waterml/1.1/GetValues", params={"location": "W1"})
    assert malformed.status_code == 400
    unknown = {"location": "jordan:W1", "variable": "waternet:rain"}
    assert web.get("/waterml/1.1/GetValues", params=unknown).status_code == 404
