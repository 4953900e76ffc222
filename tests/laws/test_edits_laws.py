"""Laws of edits: replaying is certain, and whatever was done can be undone."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import WaternetError
from waternet.observation.table import in_order, make_table
from waternet.quality.edits import Edit
from waternet.quality.replay import make_edit, replay, revert

NAMES = ("a/level", "b/level")
HOURS = 12
SAID = {"author": "Rana", "made": "2026-11-24T08:00:00Z", "reason": "a reason"}
FIGURES = st.none() | st.floats(-1e6, 1e6)


def _moment(hour):
    return (datetime(2015, 1, 1) + timedelta(hours=hour)).isoformat() + "Z"


@st.composite
def tables(draw):
    keys = draw(
        st.sets(st.tuples(st.sampled_from(NAMES), st.integers(0, HOURS)), min_size=1)
    )
    rows = sorted(keys)
    codes = st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows))
    return in_order(
        make_table(
            datastream=[name for name, _hour in rows],
            time=[datetime(2015, 1, 1) + timedelta(hours=hour) for _, hour in rows],
            value=[draw(FIGURES) for _row in rows],
            grade=draw(codes),
            status=draw(codes),
        )
    )


@st.composite
def wishes(draw):
    operation = draw(
        st.sampled_from(["mark", "comment", "correct", "interpolate", "status"])
    )
    start = draw(st.integers(0, HOURS))
    end = draw(st.none() | st.integers(start + 1, HOURS + 2))
    own = {
        "mark": {"grade": draw(st.sampled_from(["good", "suspect", "bad"]))},
        "correct": {"value": f"{draw(st.sampled_from(['', '<', '>']))}{start}.5"},
        "status": {"status": draw(st.sampled_from(["estimated", "modelled"]))},
    }
    return Edit(
        operation,
        datastream=draw(st.sampled_from(NAMES)),
        start=_moment(start),
        end=_moment(end) if end else "",
        **SAID,
        **own.get(operation, {}),
    )


def _made(raw, wanted):
    edits = []
    for wish in wanted:
        try:
            edits.append(make_edit(edits, wish, raw))
        except WaternetError:
            continue  # no row, or no neighbour to interpolate from
    return edits


@given(tables(), st.lists(wishes(), max_size=6))
def test_replaying_twice_gives_the_same_and_leaves_the_raw_figures(raw, wanted):
    before = raw.to_pylist()
    edits = _made(raw, wanted)
    assert replay(raw, edits).equals(replay(raw, edits))
    assert raw.to_pylist() == before


@given(tables(), st.lists(wishes(), max_size=6))
def test_edits_taken_back_give_the_raw_figures(raw, wanted):
    edits = _made(raw, wanted)
    assert revert(replay(raw, edits), edits).equals(raw)


@given(tables(), st.lists(wishes(), min_size=1, max_size=6))
def test_undoing_the_last_edit_restores_what_was_before_it(raw, wanted):
    edits = _made(raw, wanted)
    if edits:
        undo = Edit("undo", number=len(edits), **SAID)
        assert replay(raw, [*edits, undo]).equals(replay(raw, edits[:-1]))


@given(tables(), st.lists(wishes(), max_size=6))
def test_edits_survive_being_written(raw, wanted):
    edits = _made(raw, wanted)
    assert [Edit.from_json(edit.to_json()) for edit in edits] == edits
