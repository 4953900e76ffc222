"""The registry: every format is known by its own beginning alone, and written about."""

from importlib import import_module

import pytest

from waternet.formats.registry import FORMATS, recognise

# How a file of each format begins.
BEGINNINGS = {
    "waterml": b'<wml2:Collection xmlns:wml2="http://www.opengis.net/waterml/2.0">',
    "waterml1": b'<timeSeriesResponse xmlns="http://www.cuahsi.org/waterML/1.1/">',
    "usgs_json": b'{"name": "ns1:timeSeriesResponseType", "value": {}}',
    "rdb": b"# a comment\nagency_cd\tsite_no\n5s\t15s\nUSGS\t00000001\n",
    "wqp": b"OrganizationIdentifier,MonitoringLocationIdentifier,CharacteristicName\n",
    "sensorthings": b'{"@iot.id": 1, "Observations": [], "name": "level"}',
    "odm": b"DataValue,LocalDateTime,UTCOffset,SiteCode\n",
    "pi_xml": b'<TimeSeries xmlns="http://www.wldelft.nl/fews/PI"><timeZone>0.0',
    "zrxp": b"#REXCHANGE1|*|RINVAL-777|*|\n20150701000000 1.5\n",
    "kiwis": b"#station_no;1\n#Timestamp;Value\n2015-07-01T00:00:00Z;1.5\n",
    "dino": b"Locatie,Filternummer,X-coordinaat\nB1,001,1\n"
    b"Locatie,Filternummer,Peildatum\nB1,001,28-11-1972\n",
    "grdc": b"# Title: GRDC STATION DATA FILE\n# GRDC-No.: 6123456\n",
    "ghcn_daily": b"ISM00040184201502PRCP" + b"-9999   " * 31 + b"\n",
    "toa5": b'"TOA5","W7","CR1000"\n"TIMESTAMP","RECORD"\n"TS","RN"\n"",""\n',
    "hobo": b'"Plot Title: W7"\n"#","Date Time, GMT+02:00","Temp, C (LGR S/N: 1)"\n',
    "diver": b"Data file for DataLogger.\n[Logger settings]\n[Channel 1]\n",
    "insitu": b"Report Properties\nDevice SN = 1\nDate Time,Pressure (psi) (1)\n",
    "solinst": b'<?xml version="1.0"?><Body_xle><File_info/>',
    "coveragejson": b'{"type": "Coverage", "domain": {}, "ranges": {}}',
    "netcdf": b"CDF\x01\x00\x00\x00\x00" + bytes(40),
    "aquastat": b"iso3,country,variable_id,variable,year,value,symbol,md\n",
    "shapefile": b"\x00\x00\x27\x0a" + bytes(24) + b"\xe8\x03\x00\x00" + bytes(70),
    "geopackage": b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(40),
    "parquet": b"PAR1" + bytes(20),
    "excel": b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml",
    "geojson": b'{"type": "FeatureCollection", "features": []}',
    "records": b'[{"well": "W7", "level": 1.5}]',
    "delimited": b"Date,Level\n2015-01-01,1.5\n",
}
# What any text, and any JSON, may be as well.
ANYTHING = {"records", "delimited", "geojson"}


def test_every_format_has_a_beginning_here():
    assert BEGINNINGS.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_a_beginning_is_taken_for_its_own_format_first(name):
    assert recognise(BEGINNINGS[name], "export")[0] == name


@pytest.mark.parametrize("name", FORMATS)
def test_no_strict_format_takes_another_one_s_beginning(name):
    found = set(recognise(BEGINNINGS[name], "export"))
    assert found <= {name} | ANYTHING


@pytest.mark.parametrize("name", FORMATS)
def test_a_text_that_speaks_of_a_format_is_a_table(name):
    # A table whose remarks quote how files of the format begin, in one cell.
    quoted = BEGINNINGS[name].replace(b"\n", b" ").replace(b'"', b"'")
    text = b"well,level,remark\nW7,1.5," + quoted.replace(b",", b" ") + b"\n"
    if b"\0" not in text:
        assert recognise(text, "levels.csv") == ("delimited",)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_no_file_of_any_format(name):
    module = import_module(f"waternet.formats.{name}")
    is_it = getattr(module, f"is_{name}")
    assert not is_it(b"", "export")
    assert not is_it(b"\n\n", f"export.{name}")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_section_in_the_reference(name, request):
    page = request.config.rootpath / "docs" / "reference" / "formats.md"
    text = page.read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert any(f"`{name}`" in line for line in headings)
