"""Coasts, lakes and rivers: where atlases have them, and nothing else."""

import json
import runpy
import zlib
from pathlib import Path

import numpy as np
import pytest
import shapely

from waternet.portal.map.extent import Extent
from waternet.portal.map.outlines import Lines, clip_lines, clip_rings, cut_outlines

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "src" / "waternet" / "portal" / "assets" / "vendor" / "outlines.bin"
MAKE = runpy.run_path(str(ROOT / "script" / "outlines.py"))
LEVANT = Extent(30.0, 28.0, 38.0, 36.0)


def lines(*each: list[tuple[float, float]]) -> Lines:
    arrays = [np.array(one, np.float64) for one in each]
    starts = np.cumsum([0, *(len(one) for one in arrays[:-1])])
    bounds = np.array([[*one.min(axis=0), *one.max(axis=0)] for one in arrays])
    return Lines(np.concatenate(arrays), starts, bounds)


def is_in(layer: str, longitude: float, latitude: float, extent: Extent) -> bool:
    """Tell whether a point lies inside an odd number of rings."""
    rings = [shapely.Polygon(one) for one in cut_outlines(layer, extent)]
    spot = shapely.Point(longitude, latitude)
    return sum(shapely.make_valid(one).contains(spot) for one in rings) % 2 == 1


def test_nothing_but_land_and_water_is_in_the_package() -> None:
    head = zlib.decompress(FILE.read_bytes()).partition(b"\n")[0]
    assert set(json.loads(head)) == {"land", "lakes", "rivers"}


@pytest.mark.parametrize(
    ("longitude", "latitude", "is_land"),
    [
        (36.0, 31.95, True),  # Amman
        (35.2, 31.78, True),  # Jerusalem
        (34.0, 32.5, False),  # the Mediterranean off Hadera
        (33.0, 35.0, True),  # Cyprus
        (34.6, 28.6, False),  # the Gulf of Aqaba
    ],
)
def test_land_is_where_atlases_have_it(
    longitude: float, latitude: float, is_land: bool
) -> None:
    assert is_in("land", longitude, latitude, LEVANT) is is_land


def test_lakes_lie_where_a_finer_map_has_them(shared: Path) -> None:
    file = shared / "data" / "geo" / "region_ne_10m_lakes.geojson"
    finer = json.loads(file.read_text("utf-8"))["features"]
    named = {one["properties"]["name"]: one["geometry"] for one in finer}
    for name in ("Dead Sea", "Sea of Galilee"):
        found = next(text for text in named if text and name.lower() in text.lower())
        spot = shapely.geometry.shape(named[found]).representative_point()
        assert is_in("lakes", spot.x, spot.y, LEVANT), name


def test_the_jordan_runs_from_lake_to_lake() -> None:
    near = Extent(35.3, 31.7, 35.8, 32.7)
    assert any(len(one) > 5 for one in cut_outlines("rivers", near))


def test_land_goes_on_across_the_date_line() -> None:
    # Chukotka lies on both sides of it, at 66 N from 170 E to 172 W.
    across = Extent(170.0, 60.0, 195.0, 72.0)
    assert is_in("land", 178.0, 67.0, across)
    assert is_in("land", 183.0, 66.5, across)
    assert not is_in("land", 178.0, 61.0, across), "the Bering Sea"


def test_a_cut_area_is_what_geometry_says() -> None:
    # An M whose middle dips below the cut: shapely's intersection is the judge.
    ring = [(0, 0), (0, 10), (5, 2), (10, 10), (10, 0)]
    box = Extent(-1.0, 1.0, 11.0, 6.0)
    (cut,) = clip_rings(lines(ring), box)
    wanted = shapely.Polygon(ring).intersection(shapely.box(*box.bounds))
    assert shapely.Polygon(cut).area == pytest.approx(wanted.area)


def test_what_lies_outside_or_inside_is_not_cut() -> None:
    outside, inside = [(20, 20), (21, 20), (21, 21)], [(1, 1), (2, 1), (2, 2)]
    (cut,) = clip_rings(lines(outside, inside), Extent(0.0, 0.0, 10.0, 10.0))
    assert cut.tolist() == [[1, 1], [2, 1], [2, 2]]


def test_a_river_that_leaves_and_returns_is_two() -> None:
    river = [(1, 1), (2, 1), (20, 1), (30, 5), (20, 9), (2, 9), (1, 9)]
    cut = clip_lines(lines(river), Extent(0.0, 0.0, 10.0, 10.0))
    assert [one.tolist() for one in cut] == [
        [[1, 1], [2, 1], [20, 1]],
        [[20, 9], [2, 9], [1, 9]],
    ]


def test_lines_are_read_out_of_topojson(tmp_path: Path) -> None:
    # The example of the TopoJSON specification, section 1.1, with its first line.
    topology = {
        "type": "Topology",
        "transform": {
            "scale": [0.0005000500050005, 0.00010001000100010001],
            "translate": [100, 0],
        },
        "objects": {
            "example": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Point", "coordinates": [4000, 5000]},
                    {"type": "LineString", "arcs": [0]},
                    {"type": "Polygon", "arcs": [[1]]},
                ],
            }
        },
        "arcs": [
            [[4000, 0], [1999, 9999], [2000, -9999], [2000, 9999]],
            [[0, 0], [0, 9999], [2000, 0], [0, -9999], [-2000, 0]],
        ],
    }
    file = tmp_path / "example.json"
    file.write_text(json.dumps(topology))
    line, ring = MAKE["read_lines"](file, "example")
    # What the specification gives: 102 0, 103 1, 104 0, 105 1; and 100 0, 100 1, 101 1.
    assert np.round(np.array(line) / 1e4, 3).tolist() == [
        [102.0, 0.0],
        [103.0, 1.0],
        [104.0, 0.0],
        [105.0, 1.0],
    ]
    assert np.round(np.array(ring) / 1e4, 3).tolist() == [
        [100.0, 0.0],
        [100.0, 1.0],
        [101.0, 1.0],
        [101.0, 0.0],
        [100.0, 0.0],
    ]
