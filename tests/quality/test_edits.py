"""Edits by a person: operations on raw figures, replayed and taken back."""

from datetime import datetime

import pytest

from waternet.errors import Conflict, NotAcceptable
from waternet.observation.table import SCHEMA, in_order, make_table
from waternet.quality.edits import Edit, effective
from waternet.quality.replay import make_edit, replay, revert, verify_undo

WELL, OTHER = "W1/level", "W2/level"
DAYS = [datetime(2015, 1, day) for day in range(1, 7)]
RAW = in_order(
    make_table(
        datastream=[WELL] * 6 + [OTHER],
        time=[*DAYS, DAYS[0]],
        value=[10.0, 11.0, 99.0, None, 14.0, 0.5, 7.0],
        censor=[0, 0, 0, 0, 0, 1, 0],
        grade=[1, 1, 3, 1, 1, 1, 1],
    )
)
SAID = {"author": "Rana", "made": "2026-11-24T08:00:00Z", "reason": "typing error"}


def _edit(operation, day, to=None, **given):
    start = f"2015-01-{day:02d}T00:00:00Z"
    end = f"2015-01-{to:02d}T00:00:00Z" if to else ""
    said = {**SAID, "datastream": WELL, "start": start, "end": end, **given}
    return Edit(operation, **said)


def _made(*wanted, raw=RAW):
    edits = []
    for edit in wanted:
        edits.append(make_edit(edits, edit, raw))
    return edits


def _undo(number):
    return Edit("undo", number=number, **SAID)


def _row(table, row):
    return tuple(table[name][row].as_py() for name in ("value", "grade", "status"))


def test_a_corrected_figure_keeps_what_it_was_before():
    (edit,) = edits = _made(_edit("correct", 3, value="12"))
    assert edit.before == (("2015-01-03T00:00:00Z", "99.0", "bad", "measured"),)
    edited = replay(RAW, edits)
    assert _row(edited, 2) == (12.0, 1, 0)
    assert _row(RAW, 2) == (99.0, 3, 0)  # raw values never change
    assert revert(edited, edits).equals(RAW)


def test_a_correction_may_be_a_limit():
    edits = _made(_edit("correct", 1, value="<0.05", status="estimated"))
    edited = replay(RAW, edits)
    assert _row(edited, 0) == (0.05, 1, 1)
    assert edited["censor"][0].as_py() == 1
    back = _made(*edits, _edit("correct", 6, value="0.4"))
    assert back[1].before[0][1] == "<0.5"
    assert revert(replay(RAW, back), back).equals(RAW)


def test_interpolated_figures_lie_on_the_line_in_time():
    # From 11 on the 2nd to 14 on the 5th: 12 and 13 in between.
    edits = _made(_edit("interpolate", 3, 5))
    edited = replay(RAW, edits)
    assert _row(edited, 2) == (12.0, 0, 2)
    assert _row(edited, 3) == (13.0, 0, 2)
    assert edits[0].before[1] == ("2015-01-04T00:00:00Z", "", "good", "measured")
    assert revert(edited, edits).equals(RAW)


def test_neither_a_limit_nor_a_bad_figure_is_a_neighbour():
    with pytest.raises(NotAcceptable, match="no figure after"):
        _made(_edit("interpolate", 5))
    edited = replay(RAW, _made(_edit("interpolate", 4)))  # 99 on the 3rd is bad
    assert _row(edited, 3)[0] == 13.0


def test_a_mark_gives_a_grade_and_remembers_the_ones_before():
    (edit,) = edits = _made(_edit("mark", 2, 5, grade="suspect"))
    assert edit.before == (("good", "1"), ("bad", "1"), ("good", "1"))
    edited = replay(RAW, edits)
    assert edited["grade"].to_pylist()[:5] == [1, 2, 2, 2, 1]
    assert revert(edited, edits).equals(RAW)


def test_a_status_is_set_and_a_comment_changes_nothing():
    edits = _made(_edit("status", 1, 3, status="estimated"), _edit("comment", 1))
    edited = replay(RAW, edits)
    assert edited["status"].to_pylist()[:3] == [1, 1, 0]
    assert replay(RAW, edits[1:]).equals(RAW)
    assert revert(edited, edits).equals(RAW)


def test_an_edit_that_fits_no_row_names_times_near_it():
    with pytest.raises(NotAcceptable, match="no figure at 2015-02-01") as refused:
        _made(_edit("mark", 1, grade="bad", start="2015-02-01T00:00:00Z"))
    assert "2015-01-06T00:00:00Z" in refused.value.hint
    with pytest.raises(NotAcceptable, match="no figure at") as refused:
        _made(_edit("mark", 1, grade="bad", start="2015-01-02T12:00:00Z"))
    assert "2015-01-02T00:00:00Z and 2015-01-03T00:00:00Z" in refused.value.hint
    with pytest.raises(NotAcceptable, match="no figures of 'W9") as refused:
        _made(_edit("comment", 1, datastream="W9/level"))
    assert WELL in refused.value.hint


def test_the_last_edit_undone_gives_what_was_before_it():
    first = _edit("correct", 3, value="12")
    edits = _made(first, _edit("correct", 3, value="13"))
    assert edits[1].before[0][1] == "12.0"
    verify_undo(edits, _undo(2), RAW)
    assert replay(RAW, [*edits, _undo(2)]).equals(replay(RAW, edits[:1]))


def test_an_edit_under_a_later_one_is_not_undone_before_it():
    edits = _made(
        _edit("correct", 3, value="12"),
        _edit("interpolate", 4),
        _edit("comment", 3),
    )
    with pytest.raises(Conflict, match="figures were others"):
        verify_undo(_made(edits[0], _edit("correct", 3, value="13")), _undo(1), RAW)
    verify_undo(edits, _undo(3), RAW)
    for number in (4, 9):
        with pytest.raises(NotAcceptable, match="no edit"):
            verify_undo(edits, _undo(number), RAW)
    with pytest.raises(NotAcceptable, match="undone already"):
        verify_undo([*edits, _undo(3)], _undo(3), RAW)
    assert effective([*edits, _undo(2)]) == [edits[0], edits[2]]


def test_edits_are_only_replayed_on_the_figures_that_they_were_made_on():
    edits = _made(_edit("correct", 3, value="12"))
    other = RAW.set_column(
        4, RAW.schema.field("value"), [[10.0, 11.0, 98.0, None, 14.0, 0.5, 7.0]]
    )
    with pytest.raises(Conflict):
        replay(other, edits)


def test_rows_left_out_of_a_release_are_passed_over_when_edits_are_taken_back():
    edits = _made(_edit("interpolate", 3, 5), _edit("mark", 1, 2, grade="bad"))
    edited = replay(RAW, edits).slice(2)
    assert revert(edited, edits).equals(RAW.slice(2))
    mixed = _made(_edit("mark", 2, 4, grade="suspect"))
    with pytest.raises(Conflict, match="cannot"):
        revert(replay(RAW, mixed).slice(2), mixed)


def test_an_edit_is_read_as_it_was_written():
    for edit in [*_made(_edit("correct", 3, value="12")), _undo(1)]:
        assert Edit.from_json(edit.to_json()) == edit
    twin = _edit("correct", 3, value="12", made="2026-11-25T08:00:00Z")
    (made,) = _made(_edit("correct", 3, value="12"))
    assert twin.says_the_same(made)
    assert not twin.says_the_same(_edit("correct", 3, value="13"))


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"operation": "delete"},
        {"operation": "mark"},
        {"grade": ""},
        {"grade": "worst"},
        {"value": "1"},
        {"author": ""},
        {"author": " "},
        {"reason": ""},
        {"reason": "a\u202eb"},
        {"made": "today"},
        {"start": "2015-01-01"},
        {"end": "2015-01-01T00:00:00Z"},
        {"datastream": ""},
        {"number": 1},
        {"number": "1"},
        {"before": [["good", 3]]},
        {"before": 5},
        {"unknown": "x"},
        {"start": "9999-99-99T00:00:00Z", "end": "9999-99-99T00:00:01Z"},
    ],
)
def test_what_is_no_edit_is_refused(written):
    right = _edit("mark", 1, grade="bad").to_json()
    wrong = {**right, **written} if written else {}
    if written == {"operation": "mark"}:
        wrong = {**right, "grade": "", "status": "imputed"}
    with pytest.raises(NotAcceptable):
        Edit.from_json(wrong)


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "twelve", "<", "<-"])
def test_a_correction_is_a_figure(value):
    with pytest.raises(NotAcceptable, match="expected a figure"):
        _edit("correct", 1, value=value)


@pytest.mark.parametrize(
    "changed",
    [
        {"made": "9999-99-99T99:99:99Z"},
        {"made": "\u0662026-11-24T08:00:00Z"},
        {"start": "2015-02-30T00:00:00Z"},
        {"before": [[]]},
        {"before": [["2015-01-03T00:00:00Z", "\x1b[2J", "bad", "measured"]]},
        {"before": [["2015-01-03T00:00:00Z", "9", "worst", "measured"]]},
        {"before": [["once", "9", "bad", "measured"]]},
        {"before": ["abcd"]},
        {"before": 4},
    ],
)
def test_an_edit_of_another_party_that_cannot_be_told_is_refused(changed):
    (edit,) = _made(_edit("correct", 3, value="12"))
    assert Edit.from_json(edit.to_json()) == edit
    with pytest.raises(NotAcceptable):
        Edit.from_json({**edit.to_json(), **changed})


def test_an_import_of_places_alone_has_nothing_to_replay():
    assert replay(SCHEMA.empty_table(), []).num_rows == 0


def test_counts_that_another_party_states_take_no_memory():
    (mark,) = _made(_edit("mark", 1, 7, grade="bad"))
    lie = {**mark.to_json(), "before": [["good", "9999999999"]]}
    assert revert(RAW, [Edit.from_json(lie)])["grade"].to_pylist()[:6] == [1] * 6
    lie["before"].append(["bad", "1"])
    with pytest.raises(Conflict, match="only 6 are here"):
        revert(RAW, [Edit.from_json(lie)])
