"""When days and months end, told in SQL; clocks by IANA, worked out by hand."""

from datetime import datetime
from importlib.resources import files

import duckdb
import pytest

AMMAN, JERUSALEM = "Asia/Amman", "Asia/Jerusalem"


@pytest.fixture(scope="module")
def engine():
    script = files("waternet.api.sensorthings") / "clock.sql"
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute("CREATE SCHEMA published")
        engine.execute(script.read_text(encoding="utf-8"))
        yield engine


@pytest.mark.parametrize(
    ("clock", "start", "days", "months", "end"),
    [
        # From +02:00 to +03:00 at midnight of 27 March 2015: that day has 23 hours.
        (AMMAN, "2015-03-26T22:00", 1, 0, "2015-03-27T21:00"),
        (AMMAN, "2015-03-25T22:00", 1, 0, "2015-03-26T22:00"),
        # Back at 01:00 of 30 September 2005, whose midnight comes twice.
        (AMMAN, "2005-09-28T21:00", 1, 0, "2005-09-29T21:00"),
        (AMMAN, "2005-09-29T21:00", 1, 0, "2005-09-30T22:00"),
        (JERUSALEM, "2015-02-28T22:00", 0, 1, "2015-03-31T21:00"),
        ("GMT+02:00", "2015-02-28T22:00", 0, 1, "2015-03-31T22:00"),
    ],
)
def test_an_interval_ends_when_its_owners_clock_says(
    engine, clock, start, days, months, end
):
    asked = "SELECT published.ended($start::TIMESTAMP, $days, $months, $clock)"
    values = {"start": start, "days": days, "months": months, "clock": clock}
    (found,) = engine.execute(asked, values).fetchone()
    assert found == datetime.fromisoformat(end)
