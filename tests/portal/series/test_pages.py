"""A station, a chart of several datastreams, and one for the frame of another page."""

from __future__ import annotations

import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from portal.series.stations import (
    BROWSER,
    OTHER,
    REASON,
    WELL,
    data,
    page,
    reading,
)
from python_calamine import CalamineWorkbook

from waternet.portal.chart.payload import read_times, read_values
from waternet.portal.series import section


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with reading(tmp_path_factory.mktemp("node")) as client:
        yield client


def test_a_station_tells_its_latest_value_with_time_grade_and_proof(client):
    shown = page(client, "/station/jordan:W1")
    assert "999" in shown.text
    assert "1 April 2015" in shown.text
    proof = urlsplit(shown.link("Who signed this value"))
    assert proof.path == "/proof"
    asked = parse_qs(proof.query)
    assert asked == {"datastream": [WELL], "time": ["2015-03-31T22:00:00Z"]}


def test_the_chart_stands_in_the_page_without_a_script(client):
    shown = page(client, "/station/jordan:W1", lang="he")
    drawings = [given for tag, given in shown.tags if tag == "svg"]
    whole = [one for one in drawings if "hydrograph" in one.get("class", "")]
    assert {one["viewbox"] for one in whole} == {"0 0 860 330", "0 0 380 300"}
    assert all("5 ערכים" in one["aria-label"] for one in whole)
    assert not any("style" in given for _, given in shown.tags)
    assert not any(tag == "style" for tag, _ in shown.tags)


def test_every_value_leads_to_its_proof_and_a_limit_keeps_its_sign(client):
    shown = page(client, "/station/jordan:W1", tab="table")
    proofs = [href for href, text in shown.links if text == "Proof" and "time=" in href]
    assert len(proofs) == 5
    assert "<215" in shown.text
    rows = data(client, "/station/jordan:W1", tab="table")["table"]["rows"]
    assert [row["censor"] for row in rows] == ["", "", "<", "", ""]
    assert rows[0]["time"] > rows[-1]["time"]


def test_the_payload_holds_the_very_figures(client):
    chart = data(client, "/chart", datastream=WELL)["chart"]
    (line,) = chart["lines"]
    value, time = read_values(line["value"]), read_times(line["time"])
    known = value == value
    assert value[known].tolist() == [210.5, 214.87, 215.0, 214.25, 999.0]
    assert time[known][1] == 1_420_063_200_000  # 2014-12-31T22:00Z
    assert (~known).sum() == 1


def test_what_a_correction_changed_is_listed_with_its_reason(client):
    shown = page(client, "/chart", datastream=WELL, against="jordan:2")
    assert "1 figure differs." in shown.text
    assert "214.5" in shown.text
    assert "214.25" in shown.text
    assert REASON in shown.text
    (change,) = data(client, "/chart", datastream=WELL, against="jordan:2")["changes"]
    assert (change["then"]["value"], change["now"]["value"]) == (214.5, 214.25)
    others = [one for one in shown.with_class("line") if "other" in one["class"]]
    assert others


def test_the_entries_to_compare_with_are_offered(client):
    shown = page(client, "/chart", datastream=WELL)
    offered = [given["value"] for tag, given in shown.tags if tag == "option"]
    assert "jordan:2" in offered
    same = page(client, "/chart", datastream=WELL, against="jordan:3")
    assert "every figure stands as it was published then" in same.text


def test_three_wells_are_compared_by_clicks(client):
    shown = page(client, "/station/jordan:W1")
    for well in ("W2", "W3"):
        shown = page(client, shown.link(f"Groundwater level · {well}"))
    assert len({one["class"] for one in shown.with_class("swatch")}) == 3
    drawn = {one["class"] for one in shown.with_class("line")}
    assert {"line of-0", "line of-1", "line of-2"} <= drawn


def test_names_in_any_language_find_what_may_be_put_beside(client):
    shown = page(client, "/chart", datastream=WELL, add="W2")
    assert OTHER.partition("/")[0] in shown.link("Groundwater level · W2")
    none = page(client, "/chart", datastream=WELL, add="nowhere")
    assert "Nothing of that name" in none.text


def test_the_figures_shown_come_as_a_workbook_by_a_click(client):
    shown = page(client, "/chart", datastream=WELL, start="2015", end="2015-03")
    answer = client.get(shown.link("Excel"))
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    value = rows[0].index("value")
    assert [row[value] for row in rows[1:]] == [214.87, 215]


def test_the_last_year_of_the_record_ends_with_it(client):
    told = data(client, "/chart", datastream=WELL, span="year")
    assert [row["value"] for row in told["table"]["rows"]] == [999, 214.25, 215, 214.87]
    month = data(client, "/chart", datastream=WELL, span="month")
    assert [row["value"] for row in month["table"]["rows"]] == [999, 214.25]


def test_figures_are_gathered_and_told_with_what_went_in(client):
    asked = {"datastream": WELL, "aggregate": "year", "statistic": "maximum"}
    shown = page(client, "/chart", **asked, tab="table")
    rows = data(client, "/chart", **asked, tab="table")["table"]["rows"]
    assert [(row["period"], row["value"], row["n"]) for row in rows] == [
        ("2015", 999, 4),
        ("2014", 210.5, 1),
    ]
    assert "2015" in shown.text
    # A statistic that the form sends without a period is as good as none.
    plain = data(client, "/chart", datastream=WELL, statistic="maximum")
    assert plain["table"]["count"] == 5


def test_values_are_told_in_another_unit(client):
    told = data(client, "/chart", datastream=OTHER, unit="cm")
    assert [row["value"] for row in told["table"]["rows"]] == [1275, 1250]
    refused = client.get("/chart", params={"datastream": OTHER, "unit": "mg/L"})
    assert refused.status_code == 400


def test_a_short_record_has_nothing_usual_and_says_so(client):
    shown = page(client, "/chart", datastream=WELL, usual=1)
    assert "too short to say what is usual" in shown.text
    assert not shown.with_class("usual")


def test_the_year_before_is_drawn_a_year_later(client):
    told = data(client, "/chart", datastream=WELL, start="2015", last_year=1)
    _, before = told["chart"]["lines"]
    assert before["other"]
    assert read_values(before["value"])[0] == 210.5
    assert read_times(before["time"])[0] == 1_420_063_200_000


def test_programs_are_given_the_question_that_the_page_shows(client):
    shown = page(client, "/chart", datastream=WELL, start="2015", aggregate="month")
    found = re.search(r"curl '([^']+)'", shown.text)
    assert found
    answer = client.get(found[1], headers={"accept": "text/csv"})
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == 1 + 4
    # The year begins by the owner's clock, which the page names.
    assert 'start="2014-12-31T22:00:00Z"' in shown.text
    assert "read.csv(" in shown.text


def test_another_page_may_frame_the_chart_alone(client):
    shown = page(client, "/chart", datastream=WELL, lang="ar")
    answer = client.get(shown.link("الرسم وحده"))
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "<form" not in answer.text
    assert "/proof?" in answer.text
    usual = client.get("/chart", params={"datastream": WELL})
    assert "frame-ancestors 'none'" in usual.headers["content-security-policy"]


def test_six_datastreams_and_none_are_told_apart_from_a_chart(client):
    many = ",".join([WELL] * 6)
    assert client.get("/chart", params={"datastream": many}).status_code == 400
    empty = page(client, "/chart")
    assert "Compare datastreams" in empty.text


@pytest.mark.parametrize(
    "asked",
    [
        {"start": "0001"},
        {"end": "0001-01-01"},
        {"end": "9999-12-31", "last_year": "1"},
        {"start": "2014", "end": "2014", "usual": "1"},
        {"grades": "bad", "span": "month", "last_year": "1"},
        {"as_of": "2000-01-01", "against": "jordan:2", "aggregate": "record"},
        {"page": "999999", "tab": "table"},
    ],
)
def test_what_holds_nothing_is_a_page_all_the_same(client, asked):
    for path in ("/chart", "/embed"):
        answer = client.get(path, params={"datastream": WELL, **asked})
        assert answer.status_code == 200, answer.text


def test_a_place_that_is_not_there_is_said_to_be(client):
    assert client.get("/station/jordan:nowhere").status_code == 404
    unknown = client.get("/chart", params={"datastream": "jordan:W1/rain"})
    assert unknown.status_code == 404


@pytest.mark.parametrize("code", ["ar", "en", "he"])
@pytest.mark.parametrize("tab", ["chart", "table"])
def test_a_page_is_whole_in_every_language(client, code, tab):
    shown = page(
        client,
        "/chart",
        datastream=f"{WELL},{OTHER}",
        lang=code,
        tab=tab,
        against="jordan:2",
        usual=1,
        last_year=1,
        axes="own",
        log=1,
    )
    kept = [href for href, _ in shown.links if href.startswith("/chart")]
    languages = [parse_qs(urlsplit(href).query)["lang"] for href in kept]
    assert languages.count([code]) >= len(kept) - 2


def test_what_comes_again_is_the_same(client):
    first = client.get("/chart", params={"datastream": WELL}, headers=BROWSER)
    again = client.get("/chart", params={"datastream": WELL}, headers=BROWSER)
    assert first.content == again.content
    in_script = re.search(r'id="chart-data">(.*?)</script>', first.text, re.S)
    assert in_script
    assert json.loads(in_script[1])["addresses"] == [WELL]


def test_a_record_too_long_for_a_chart_is_shown_in_part_or_refused(client, monkeypatch):
    monkeypatch.setattr(section, "MOST_FIGURES", 4)  # the well has five
    told = data(client, "/chart", datastream=WELL, zone="+02:00")
    assert told["question"]["span"] == "year"
    assert told["table"]["count"] == 4
    for more in ("span=all", "start=2013", "usual=1", "span=year&usual=1"):
        answer = client.get(f"/chart?datastream={WELL}&{more}&zone=%2B02:00")
        assert answer.status_code == 400, more
        assert "5 figures are more" in answer.text
        assert "aggregate=day" in answer.text
    gathered = client.get(f"/chart?datastream={WELL}&aggregate=month")
    assert gathered.status_code == 200
