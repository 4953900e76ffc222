"""Downloads larger than memory, or than one answer: here made so by smaller limits."""

import io
import tempfile
from dataclasses import replace
from threading import BoundedSemaphore

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest
from python_calamine import CalamineWorkbook

from waternet.api.downloads import download, tables
from waternet.api.downloads.forms import FORMS
from waternet.errors import NotFound


@pytest.fixture
def small_shares(monkeypatch):
    """Let each datastream be a share of its own, and every answer lie on disk."""
    monkeypatch.setattr(tables, "_SHARE", 3)
    monkeypatch.setattr(download, "_IN_MEMORY", 0)


def read(form, content):
    if form == "arrow":
        with pa.ipc.open_stream(content) as stream:
            return stream.read_all().to_pylist()
    if form == "parquet":
        return pa.parquet.read_table(io.BytesIO(content)).to_pylist()
    if form == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [book.get_sheet_by_name(one).to_python() for one in book.sheet_names]
    return content


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "parquet", "arrow"])
@pytest.mark.parametrize("aggregate", ["", "month"])
def test_an_answer_in_shares_is_that_in_one(web, request, form, aggregate):
    asked = {"party": "jordan", "format": form}
    if aggregate:
        asked["aggregate"] = aggregate
    whole = web.get("/observations", params=asked)
    request.getfixturevalue("small_shares")
    shared = web.get("/observations", params=asked)
    assert shared.status_code == 200
    assert shared.headers["content-type"] == whole.headers["content-type"]
    assert read(form, shared.content) == read(form, whole.content)


@pytest.mark.usefixtures("small_shares")
def test_nothing_found_is_an_empty_answer_in_shares_too(web):
    asked = {"party": "jordan", "start": "2030"}
    assert web.get("/observations", params=asked).json()["rows"] == []
    csv = web.get("/observations", params={**asked, "f": "csv"}).text
    assert csv.startswith('"party","datastream"')
    assert len(csv.splitlines()) == 1


def test_more_than_one_answer_holds_is_refused_with_a_way_to_divide_it(
    web, monkeypatch
):
    monkeypatch.setitem(FORMS, "json", replace(FORMS["json"], most_rows=3))
    answer = web.get("/observations", params={"party": "jordan"})
    assert answer.status_code == 413
    problem = answer.json()
    assert "this is 4 rows" in problem["detail"]
    assert "ask 2 times or more" in problem["hint"]
    assert "format=csv" in problem["hint"]
    fits = {"party": "jordan", "datastream": ""}
    assert (
        web.get("/observations", params={**fits, "end": "2015-02"}).status_code == 200
    )
    gathered = web.get("/observations", params={**fits, "aggregate": "record"})
    assert gathered.status_code == 200


def test_of_large_answers_only_a_few_are_made_at_once(web, monkeypatch):
    monkeypatch.setattr(download, "_IN_MEMORY", 0)
    monkeypatch.setattr(download, "_LARGE", 0)
    busy = BoundedSemaphore(1)
    monkeypatch.setattr(download, "_AT_ONCE", busy)
    assert web.get("/observations").status_code == 200
    with busy:
        refused = web.get("/observations")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    assert "large downloads" in refused.json()["detail"]
    assert web.get("/observations").status_code == 200


def test_a_large_answer_leaves_no_file_behind(web, monkeypatch, tmp_path):
    monkeypatch.setattr(download, "_IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert web.get("/observations", params={"f": "csv"}).status_code == 200

    def fails(*_given):
        raise NotFound("gone meanwhile")

    monkeypatch.setattr(download, "write_csv_parts", fails)
    assert web.get("/observations", params={"f": "csv"}).status_code == 404
    assert list(tmp_path.iterdir()) == []
