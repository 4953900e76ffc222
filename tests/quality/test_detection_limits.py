"""Detection limits with a history, by hand."""

import pytest
from quality.tables import series_table, stream

from waternet.quality.detection_limits import DetectionLimit, find_strange_limits

LEAD = stream("lead", "ug/L")


def found(values, **parameters):
    """Return {time: (note, expected)} of one series' hits."""
    table = series_table((LEAD, values))
    hits = find_strange_limits(table, DetectionLimit(**parameters))
    times = [list(values)[row] for row in hits.rows]
    notes = [hits.notes[code] for code in hits.note]
    return dict(zip(times, zip(notes, hits.expected, strict=True), strict=True))


def test_a_value_below_the_limits_around_it_was_not_to_be_seen():
    values = {"2015": "<0.5", "2016": 0.2, "2017": "<0.5", "2018": 0.7}
    assert found(values) == {"2016": ("below the limits around it", 0.5)}


def test_a_better_method_sees_what_the_old_one_could_not():
    values = {"2015": "<0.5", "2016": 0.2, "2017": "<0.1", "2018": "<0.1"}
    assert found(values) == {}


def test_a_limit_that_changes_tenfold_is_a_slip_until_explained():
    values = {"2015": "<0.5", "2016": "<5", "2017": "<0.4", "2018": "<0.1"}
    assert found(values) == {
        "2016": ("a limit unlike the one before", 0.5),
        "2017": ("a limit unlike the one before", 5.0),
    }


def test_a_limit_above_the_usual_values_says_little():
    usual = {f"20{year}": float(year) for year in range(10, 18)}  # 10 to 17: median 13
    assert list(found({**usual, "2018": "<12.9"})) == []
    hits = found({**usual, "2018": "<14"}, factor=100.0)
    assert hits["2018"][0] == "a limit above usual values"


def test_series_do_not_lend_each_other_limits():
    zinc = stream("iron", "ug/L")
    table = series_table((LEAD, {"2015": "<0.5"}), (zinc, {"2016": 0.2}))
    hits = find_strange_limits(table, DetectionLimit())
    assert len(hits.rows) == 0
    names = [table.datastreams[one].observed_property for one in hits.unjudged]
    assert names == ["iron"]


@pytest.mark.parametrize("values", [{}, {"2015": 1.0}, {"2015": "<1"}, {"2015": "<0"}])
def test_short_series_say_nothing(values):
    assert found(values) == {}
