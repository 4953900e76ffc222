"""Entries of layers, and their outlines: what does not belong into one is refused."""

import copy
import io
import json
from pathlib import Path
from typing import Any

import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.record.entry import Entry, write_entry
from waternet.record.fields import Reference
from waternet.record.outlines import read_outlines, verify_outlines, write_outlines

LAYER: dict[str, Any] = {
    "name": "basin",
    "title": "Basin",
    "shows": "basin",
    "names": {"ar": "حوض", "en": "Basin"},
    "source": "Survey of 2021",
    "licence": "CC0-1.0",
    "outlines": {"sha256": "0" * 64, "bytes": 9, "count": 1},
}
# RFC 7946, appendix A.3: a polygon without and with a hole; A.2: a line; A.1: a point.
RING = [[100.0, 0.0], [101.0, 0.0], [101.0, 1.0], [100.0, 1.0], [100.0, 0.0]]
HOLE = [[100.8, 0.8], [100.8, 0.2], [100.2, 0.2], [100.2, 0.8], [100.8, 0.8]]


def write(body: dict[str, Any]) -> str:
    return write_entry(Entry("layer", "log/a", "a", "2026-11-22T08:00:00Z", body))


def collection(geometry: Any, **members: Any) -> dict[str, Any]:
    feature = {"type": "Feature", "properties": {"names": {}}, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [feature | members]}


def shape(kind: str, coordinates: Any) -> dict[str, Any]:
    return collection({"type": kind, "coordinates": coordinates})


def test_a_layer_and_its_withdrawal_are_written() -> None:
    assert '"shows":"basin"' in write(LAYER)
    assert '"reason":"no' in write(LAYER | {"reason": "not exact"})
    write({"name": "basin", "title": "Basin", "reason": "never agreed"})


@pytest.mark.parametrize("field", ["shows", "names", "source", "licence", "outlines"])
def test_a_layer_without_one_of_its_fields_is_refused(field: str) -> None:
    body = {name: value for name, value in LAYER.items() if name != field}
    with pytest.raises(NotAcceptable, match=f"'{field}' is missing"):
        write(body)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"shows": "border"}, "expected 'area' or 'basin' or"),
        ({"names": {}}, "one language"),
        ({"names": {"en": "Basin\u202e"}}, "U\\+202E"),
        ({"title": "e\u0301"}, "normal form C"),
        ({"sealed": {"keys": LAYER["outlines"], "to": ["a"]}}, "'sealed' is not known"),
    ],
)
def test_a_field_that_does_not_fit_is_refused(
    changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(NotAcceptable, match=why):
        write(LAYER | changed)


def test_a_layer_that_goes_says_why() -> None:
    with pytest.raises(NotAcceptable, match="needs a 'reason'"):
        write({"name": "basin", "title": "Basin"})


def test_every_form_comes_back_as_it_was(tmp_path: Path) -> None:
    far = [[x + 3, y] for x, y in RING]
    for kind, coordinates, form, lines in (
        ("Point", [100, 0.5], "point", [[[100, 0.5]]]),
        ("MultiPoint", RING[:2], "point", [RING[:2]]),
        ("LineString", RING[:2], "line", [RING[:2]]),
        ("MultiLineString", [RING[:2], HOLE], "line", [RING[:2], HOLE]),
        ("Polygon", [RING, HOLE], "area", [RING, HOLE]),
        ("MultiPolygon", [[RING, HOLE], [far]], "area", [RING, HOLE, far]),
    ):
        path = tmp_path / kind
        with path.open("wb") as sink:
            reference = write_outlines(shape(kind, coordinates), sink)
        (read,) = read_outlines(path, reference)
        assert (read.form, read.id) == (form, "")
        assert [one.tolist() for one in read.lines] == lines, kind
        assert json.loads(path.read_text())["features"][0]["geometry"]["type"] == kind


REFUSED = [
    (shape("Polygon", [RING[:-1]]), "a ring ends where it begins"),
    (shape("Polygon", [RING[:2] + RING[:1]]), "area needs 4"),
    (shape("LineString", [[1, 2]]), "line needs 2"),
    (shape("Point", [181, 2]), "no position"),
    (shape("Point", [1, 2, 300]), "no position"),
    (shape("Point", [1, "2"]), "no position"),
    (shape("Point", [True, 2]), "no position"),
    (shape("Point", [float("nan"), 2]), "no position"),
    (shape("Point", [10**400, 2]), "no position"),
    (shape("LineString", []), "list of coordinates"),
    (shape("Polygon", [RING[0]]), "no position"),
    (shape("MultiPolygon", [RING]), "no position"),
    (shape("GeometryCollection", []), "GeometryCollection"),
    (shape(["Point"], [1, 2]), "a geometry"),  # type: ignore[arg-type]
    (collection(None), "geometry"),
    (collection(shape("Point", [1, 2])), "geometry"),
    (collection({"type": "Point", "coordinates": [1, 2], "crs": 1}), "'crs'"),
    ({"type": "FeatureCollection", "features": []}, "1 to 2,000 features"),
    ({"type": "Feature", "features": []}, "FeatureCollection"),
    ([], "named fields"),
]


@pytest.mark.parametrize(("written", "why"), REFUSED)
def test_what_is_no_outline_is_refused(written: Any, why: str) -> None:
    with pytest.raises(NotAcceptable, match=why):
        verify_outlines(written)


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"properties": {"names": {"en": "a\u200fb"}}}, "U\\+200F"),
        ({"properties": {"names": {"en": "e\u0301"}}}, "normal form C"),
        ({"properties": {"names": {"en": 3}}}, "expected text"),
        ({"properties": {"names": {}, "population": 5}}, "'population'"),
        ({"properties": {}}, "'names' is missing"),
        ({"id": "../secret"}, "cannot be the id"),
        ({"id": 5}, "expected text"),
        ({"bbox": [1, 2, 3, 4]}, "'bbox'"),
    ],
)
def test_a_feature_with_anything_else_is_refused(
    members: dict[str, Any], why: str
) -> None:
    written = collection({"type": "Point", "coordinates": [1, 2]}, **members)
    with pytest.raises(NotAcceptable, match=why) as refused:
        verify_outlines(written)
    assert "feature 1" in str(refused.value)


def test_a_layer_has_bounds() -> None:
    dots = shape("MultiPoint", [[1, 2]] * 50_001)
    with pytest.raises(NotAcceptable, match="50,000 vertices"):
        verify_outlines(dots)
    many = collection({"type": "Point", "coordinates": [1, 2]})
    many["features"] = many["features"] * 2_001
    with pytest.raises(NotAcceptable, match="2,000 features"):
        verify_outlines(many)
    long = shape("MultiPoint", [[1.123456789, 2.123456789]] * 50_000)
    long["features"][0]["properties"]["names"]["en"] = "n" * (2 << 20)
    with pytest.raises(NotAcceptable, match="2,097,152 bytes"):
        write_outlines(long, io.BytesIO())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b'{"type":"FeatureCollection","features":[],"features":[]}',
        b'{"type":"FeatureCollection","features":[NaN]}',
        b'{"type":"FeatureCollection","features":[1e999]}',
        b"9" * 10_000,
        b'"\\ud800"',
    ],
)
def test_a_file_that_its_party_signed_and_that_is_none_is_refused(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "blob"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        read_outlines(path, Reference("0" * 64, max(1, len(content)), 1))


def test_more_outlines_than_stated_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    with path.open("wb") as sink:
        reference = write_outlines(shape("Point", [1, 2]), sink)
    with pytest.raises(NotAcceptable, match="expected 2 outlines"):
        read_outlines(path, Reference(reference.sha256, reference.bytes, 2))
    with pytest.raises(NotFound):
        read_outlines(tmp_path / "none", reference)


def test_equal_outlines_have_one_spelling() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    drawn = shape("Polygon", [RING])
    other = copy.deepcopy(drawn)
    other["features"][0] = dict(reversed(other["features"][0].items()))
    assert write_outlines(drawn, first) == write_outlines(other, second)
    assert first.getvalue() == second.getvalue()
