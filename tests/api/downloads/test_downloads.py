"""Figures as files over HTTP: each form is read back by a program of its own."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest
from python_calamine import CalamineWorkbook

W1 = "jordan:W1/groundwater-level/instant/PT0S/dipper"
# By hand from the file: the first of January was misread, and revised; a limit below
# which the second lies. Midnight at +02:00 is 22:00 of the day before.
FIGURES = [
    (datetime(2014, 12, 31, 22), -214.9, ""),
    (datetime(2015, 1, 31, 22), -215.0, "<"),
    (datetime(2015, 2, 28, 22), -214.5, ""),
]


def rows_of(web, path, **asked):
    answer = web.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def refused(web, path, **asked):
    answer = web.get(path, params=asked)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    return answer.status_code, problem["detail"], problem.get("hint", "")


def seen(rows):
    return [(row["time"], row["value"], row["censor"]) for row in rows]


def test_figures_are_json_unless_another_form_is_asked_for(web):
    answer = web.get("/observations", params={"datastream": W1})
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    times = [time.isoformat() + "Z" for time, _, _ in FIGURES]
    values = [(value, censor) for _, value, censor in FIGURES]
    assert [row["time"] for row in told["rows"]] == times
    assert [(row["value"], row["censor"]) for row in told["rows"]] == values
    assert {row["release"] for row in told["rows"]} == {2, 3}
    assert told["question"] == {"what": "observations", "datastream": [W1]}
    assert told["positions"] == {"israel": 3, "jordan": 4}
    assert [one["release"] for one in told["citation"]] == [2, 3]
    assert {one["licence"] for one in told["citation"]} == {"CC-BY-4.0"}


def test_csv_has_one_heading_no_comments_and_each_rows_licence(web):
    answer = web.get("/observations", params={"datastream": W1, "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(float(row["value"]), row["censor"]) for row in rows] == [
        (value, censor) for _, value, censor in FIGURES
    ]
    assert {(row["party"], row["licence"]) for row in rows} == {("jordan", "CC-BY-4.0")}
    assert [row["release"] for row in rows] == ["3", "2", "2"]
    assert answer.headers["content-disposition"] == (
        'attachment; filename="waternet-observations.csv"'
    )
    link = answer.headers["link"].partition(">")[0].removeprefix("<")
    cited = web.get(link).json()["citation"]
    assert [one["release"] for one in cited] == [2, 3]
    assert cited[0]["cite_as"].endswith("levels.csv. The agency. Licence: CC-BY-4.0")


@pytest.mark.parametrize("form", ["arrow", "parquet"])
def test_columns_carry_the_citation_in_the_schema(web, form):
    content = web.get("/observations", params={"datastream": W1, "f": form}).content
    if form == "arrow":
        with pa.ipc.open_stream(content) as stream:
            table = stream.read_all()
    else:
        table = pa.parquet.read_table(io.BytesIO(content))
    assert seen(table.to_pylist()) == FIGURES
    told = {name.decode(): text for name, text in table.schema.metadata.items()}
    assert json.loads(told["waternet:positions"]) == {"israel": 3, "jordan": 4}
    cited = json.loads(told["waternet:citation"])
    assert [(one["party"], one["release"]) for one in cited] == [
        ("jordan", 2),
        ("jordan", 3),
    ]
    assert json.loads(told["waternet:question"])["datastream"] == [W1]


def test_a_workbook_has_figures_datastreams_and_citations(web):
    content = web.get("/observations", params={"party": "jordan", "f": "xlsx"}).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["observations", "datastreams", "citations"]
    heading, *rows = book.get_sheet_by_name("observations").to_python()
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    assert seen(found[:3]) == FIGURES
    heading, *streams = book.get_sheet_by_name("datastreams").to_python()
    assert [row[heading.index("feature")] for row in streams] == ["W1", "W2"]
    heading, *cited = book.get_sheet_by_name("citations").to_python()
    assert [row[heading.index("licence")] for row in cited] == ["CC-BY-4.0"] * 2


def test_an_archive_says_in_plain_text_whose_the_figures_are(web):
    content = web.get("/observations", params={"party": "jordan", "f": "zip"}).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert set(archive.namelist()) == {
            *("observations.csv", "datastreams.csv", "citations.csv"),
            "CITATION.txt",
        }
        rows = archive.read("observations.csv").decode().splitlines()
        told = archive.read("CITATION.txt").decode()
    assert len(rows) == 1 + 4
    assert "jordan, release 2 (" in told
    assert "Each figure is its owner's, as signed." in told
    assert "party: jordan" in told


def test_the_header_accept_chooses_the_form(web):
    headers = {"accept": "text/html, application/vnd.apache.parquet;q=0.4, text/csv"}
    answer = web.get("/stations", headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    anything = web.get("/stations", headers={"accept": "*/*"})
    assert anything.headers["content-type"] == "application/json"


def test_one_question_changes_when_a_revision_comes_and_the_past_does_not(web):
    before = rows_of(web, "/observations", datastream=W1, as_of="jordan:2")
    assert [row["value"] for row in before] == [-214.87, -215.0, -214.5]
    (revised, first) = rows_of(
        web, "/history", datastream="jordan:W1/groundwater-level", time="2015-01-01"
    )[::-1]
    assert (first["value"], first["change"]) == (-214.87, "published")
    assert (revised["value"], revised["reason"]) == (-214.9, "misread")


def test_a_short_address_means_all_that_begin_so(web):
    rows = rows_of(web, "/datastreams", datastream="jordan:W1/groundwater-level")
    assert [row["datastream"] for row in rows] == [W1.partition(":")[2]]
    assert rows[0]["figures"] == 3
    both = rows_of(web, "/latest", datastream="jordan:W1,israel:W2")
    assert [(row["party"], row["value"]) for row in both] == [
        ("jordan", -214.5),
        ("israel", 12.5),
    ]


def test_parties_stand_side_by_side(web):
    rows = rows_of(
        web,
        "/compare",
        observed_property="groundwater-level",
        place="jordan:W1,israel:W1",
        end="2015-01-15",
    )
    assert [(row["party"], row["value"]) for row in rows] == [
        ("israel", -214.87),
        ("jordan", -214.9),
    ]
    assert [row["spread"] for row in rows] == [pytest.approx(0.03)] * 2


def test_a_statistic_cites_every_release_that_went_into_it(web):
    asked = {"datastream": W1, "aggregate": "record", "statistic": "p50"}
    told = web.get("/observations", params=asked).json()
    assert [one["release"] for one in told["citation"]] == [2, 3]
    (row,) = told["rows"]
    # In order -215 (a limit), -214.9, -214.5.
    assert (row["value"], row["censor"], row["n"]) == (-214.9, "<", 3)
    assert row["release"] == 3


def test_every_statistic_stands_side_by_side(web):
    (row,) = rows_of(
        web,
        "/aggregates",
        datastream=W1,
        aggregate="year",
        percentiles="0,90",
        zone="+02:00",
    )
    assert (row["period"], row["minimum"], row["maximum"]) == ("2015", -215.0, -214.5)
    assert row["mean"] == pytest.approx((-214.9 - 215 - 214.5) / 3)
    # At 2 x 0.9 = 1.8 from the first: -214.9 + 0.8 x 0.4.
    assert (row["p00"], row["p90"]) == (-215.0, pytest.approx(-214.58))
    assert (row["total"], row["censored"]) == (None, 1)


def test_an_estimate_tells_rows_and_bytes_before_a_download_starts(web):
    told = web.get("/estimate", params={"party": "jordan"}).json()
    assert (told["figures"], told["rows"], told["datastreams"]) == (4, 4, 2)
    yearly = {"party": "jordan", "aggregate": "record"}
    assert web.get("/estimate", params=yearly).json()["rows"] == 2
    assert set(told["forms"]["csv"]) == {"bytes", "seconds", "most_rows", "parts"}


def test_releases_say_what_they_are(web):
    rows = rows_of(web, "/releases", party="jordan")
    assert [(row["release"], row["kind"]) for row in rows][:2] == [
        (3, "revise"),
        (2, "release"),
    ]
    assert rows[0]["reason"] == "misread"


@pytest.mark.parametrize(
    ("path", "asked", "status", "detail"),
    [
        ("/observations", {"party": "atlantis"}, 404, "no party 'atlantis'"),
        ("/observations", {"datastream": "jordan:W9/x"}, 404, "no datastream"),
        ("/observations", {"datastream": "W1"}, 404, "no datastream 'W1'"),
        ("/observations", {"kind": "castle"}, 404, "castle"),
        ("/observations", {"datastream": W1, "party": "jordan"}, 400, "both"),
        ("/observations", {"format": "csv", "f": "json"}, 400, "two forms"),
        ("/observations", {"format": "exe"}, 400, "'format'"),
        ("/observations", {"bbox": "34,40,37,29"}, 400, "the south"),
        ("/observations", {"bbox": "34,40"}, 400, "'bbox'"),
        ("/observations", {"unit": "cm3"}, 400, "cannot be expressed"),
        ("/aggregates", {}, 400, "aggregate"),
        ("/observations", {"aggregate": "day", "f": "waterml2"}, 400, "published"),
        ("/history", {"datastream": "jordan:", "time": "2015"}, 404, "no datastream"),
        ("/history", {"datastream": "jordan:W1", "time": "2016"}, 404, "never had"),
        ("/compare", {"observed_property": "magic"}, 404, "magic"),
        ("/releases", {"party": "x"}, 404, "no party 'x'"),
    ],
)
def test_what_cannot_be_answered_says_why(web, path, asked, status, detail):
    code, told, _hint = refused(web, path, **asked)
    assert (code, detail in told) == (status, True), told


def test_an_answer_is_kept_until_the_bank_changes(web):
    asked = {"datastream": W1}
    tag = web.get("/observations", params=asked).headers["etag"]
    again = web.get("/observations", params=asked, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert web.get("/observations", params={}).headers["etag"] != tag


def test_times_without_an_offset_are_by_the_zone_that_is_asked_for(web):
    asked = {"datastream": W1, "start": "2015-03-01", "end": "2015-03-02"}
    assert rows_of(web, "/observations", **asked) == []
    (row,) = rows_of(web, "/observations", **asked, zone="+02:00")
    time = datetime.fromisoformat(row["time"])
    assert time == datetime(2015, 2, 28, 22, tzinfo=UTC)
