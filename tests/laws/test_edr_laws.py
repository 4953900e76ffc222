"""Whatever is written in a question, it is understood or refused, and never a fault."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from waternet.api.edr.shapes import AREAS, LINES, POINTS, distances, read_shape
from waternet.api.edr.times import Times, read_times
from waternet.errors import NotAcceptable

WRITTEN = st.text("0123456789-:/.,TZPRDMYWH+ ", max_size=40)
SHAPES = st.text("POINTLYGMULSREZ (),.-0123456789enainf", max_size=60)
MOMENTS = st.integers(-(10**15), 10**15)
LONGITUDES, LATITUDES = st.floats(-180, 180), st.floats(-89.9, 89.9)


@given(WRITTEN)
def test_times_are_read_in_order_and_apart_or_refused(text):
    try:
        spans = read_times(text).spans
    except NotAcceptable:
        return
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))


@given(st.lists(st.tuples(MOMENTS, st.integers(1, 10**12)), min_size=1, max_size=20))
def test_a_moment_counts_if_any_span_holds_it(written):
    spans = sorted((start, start + length) for start, length in written)
    apart = [spans[0]]
    for start, end in spans[1:]:
        if start > apart[-1][1]:
            apart.append((start, end))
    stamps = np.array(
        [edge + step for one in apart for edge in one for step in (-1, 0)]
    )
    expected = [any(a <= t < b for a, b in apart) for t in stamps.tolist()]
    assert Times(tuple(apart)).hold(stamps).tolist() == expected


@given(SHAPES, st.sampled_from([POINTS, AREAS, LINES]))
def test_a_shape_is_read_or_refused(text, kinds):
    try:
        shape = read_shape(text, kinds)
    except NotAcceptable:
        return
    assert shape.geom_type.upper() in kinds
    assert not shape.is_empty


@given(LONGITUDES, LATITUDES, st.tuples(LONGITUDES, LATITUDES))
def test_a_distance_is_the_same_both_ways(longitude, latitude, other):
    def apart(x, y, to):
        shape = read_shape(f"POINT({to[0]!r} {to[1]!r})", POINTS)
        return float(distances(np.array([x]), np.array([y]), shape)[0])

    there = apart(longitude, latitude, other)
    back = apart(*other, (longitude, latitude))
    assert abs(there - back) <= 1e-6 * max(there, 1.0)
    assert 0 <= there <= 20_003_932  # half of a meridian of WGS 84, rounded up [m]


@given(
    st.tuples(st.floats(-170, 170), st.floats(-60, 60)),
    st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    st.floats(0, 1),
)
def test_no_point_of_a_line_is_nearer_than_the_line(start, away, share):
    # A place up to 300 km from a line of two degrees, and a point on that line.
    (x, y), (east, north) = start, away
    here = np.array([x + east]), np.array([y + north])
    line = read_shape(f"LINESTRING({x!r} {y!r},{x + 2!r} {y + 1!r})", LINES)
    nearest = float(distances(*here, line)[0])
    point = read_shape(f"POINT({x + 2 * share!r} {y + share!r})", POINTS)
    assert nearest <= float(distances(*here, point)[0]) * 1.001 + 0.01
