"""Laws of documents from elsewhere: whatever they hold, nothing but a clear refusal."""

import contextlib
import json
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import NotAcceptable
from waternet.formats.recipe import TableLayout

KEYS = st.sampled_from(
    [
        "value",
        "values",
        "timeSeries",
        "variable",
        "sourceInfo",
        "qualifiers",
        "options",
        "option",
        "unit",
        "method",
        "features",
        "type",
        "properties",
        "geometry",
        "coordinates",
        "data",
        "monitoring_location_id",
        "time",
        "parameter_code",
        "statistic_id",
        "water_year",
        "channel_flow",
        "timeZoneInfo",
        "siteCode",
        "Datastream",
        "Datastreams",
        "Thing",
        "Things",
        "Locations",
        "Observations",
        "result",
        "phenomenonTime",
        "components",
        "dataArray",
        "requests",
        "body",
        "url",
        "@iot.id",
        "@iot.selfLink",
        "unitOfMeasurement",
        "ObservedProperty",
        "name",
        "location",
        "resultQuality",
    ]
)
LEAVES = st.sampled_from(
    [
        None,
        True,
        1,
        1.5,
        "",
        "x",
        "FeatureCollection",
        "Point",
        "2015-07-01",
        "$a",
        "2015-07-01/2015-07-02",
        "Datastreams(1)",
        "00060",
        "Things",
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5)
    ),
    max_leaves=25,
)
DOCUMENTS = (
    TREES
    | st.lists(TREES, max_size=3).map(
        lambda trees: {"type": "FeatureCollection", "features": trees}
    )
    | st.lists(TREES, max_size=3).map(lambda trees: {"value": {"timeSeries": trees}})
)
TAGS = st.sampled_from(
    [
        "timeSeries",
        "sourceInfo",
        "variable",
        "variableCode",
        "unit",
        "values",
        "value",
        "method",
        "site",
        "siteInfo",
        "geoLocation",
        "geogLocation",
        "latitude",
        "timeZoneInfo",
        "defaultTimeZone",
        "options",
        "option",
        "GetValuesResult",
        "OM_Observation",
        "point",
        "MeasurementTVP",
        "featureOfInterest",
        "observedProperty",
        "procedure",
        "result",
        "MonitoringPoint",
        "pos",
    ]
)
ELEMENTS = st.recursive(
    st.sampled_from(["", "1", "x", "2015-07-01", "31 35", "&lt;a/&gt;", "&lt;a&gt;"]),
    lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)).map(
        lambda made: (
            f"<{made[0]} dateTime='x' srsName='EPSG:1'>{''.join(made[1])}</{made[0]}>"
        )
    ),
    max_leaves=25,
)
SPACES = (
    "http://www.cuahsi.org/waterML/1.1/",
    "http://www.opengis.net/om/2.0",
    "http://www.opengis.net/waterml/2.0",
)
HEADINGS = (
    "agency_cd\tsite_no\tdatetime\t01_00060_00003\tpeak_dt\tpeak_va\n5s\t5s\t5s\t5s\t5s\t5s",
    "OrganizationIdentifier,MonitoringLocationIdentifier,CharacteristicName,"
    "ActivityStartDate,ResultMeasureValue,ResultDetectionConditionText",
    "DataValue,LocalDateTime,UTCOffset,SiteCode,CensorCode",
)
CELLS = st.sampled_from(
    ["", "1", "<1", "-999999", "Ice", "2015-07-01", "1927-05-00", '"', "nd", "\u202e"]
)
ROWS = st.lists(st.lists(CELLS, max_size=8), max_size=6)


def listed(path, name):
    with contextlib.suppress(NotAcceptable):
        import_module(f"waternet.formats.{name}").list_series(path, TableLayout())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("documents")


@pytest.mark.parametrize("name", ["usgs_json", "sensorthings"])
@given(document=DOCUMENTS)
def test_json_of_any_shape_is_read_or_refused(folder, name, document):
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document))
    listed(path, name)


@pytest.mark.parametrize("name", ["waterml", "waterml1"])
@given(inner=st.lists(ELEMENTS, max_size=4), space=st.sampled_from(SPACES))
def test_xml_of_any_shape_is_read_or_refused(folder, name, inner, space):
    path = folder / f"{name}.xml"
    path.write_text(f"<a xmlns='{space}'>{''.join(inner)}</a>", encoding="utf-8")
    listed(path, name)


@pytest.mark.parametrize(
    ("name", "place", "delimiter"), [("rdb", 0, "\t"), ("wqp", 1, ","), ("odm", 2, ",")]
)
@given(rows=ROWS)
def test_rows_of_any_cells_are_read_or_refused(folder, name, place, delimiter, rows):
    path = folder / f"{name}.txt"
    lines = [HEADINGS[place], *(delimiter.join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    listed(path, name)
