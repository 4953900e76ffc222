"""What is written as ZRXP reads back as the same series."""

import io
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import NotAcceptable
from waternet.formats.recipe import TableLayout
from waternet.formats.series import Points, SourceSeries
from waternet.formats.zrxp import list_series
from waternet.formats.zrxp_writing import write_zrxp

NAMES = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='|"/'
    ),
    min_size=1,
    max_size=8,
).map(lambda text: normalize("NFC", text))
NUMBERS = st.decimals(-1000, 1000, places=2).map(str) | st.sampled_from(["-777", ""])
TIMES = st.datetimes().map(lambda time: time.replace(microsecond=0).isoformat())
HEADER_LINES = 5


@st.composite
def series(draw):
    rows = draw(st.lists(st.tuples(TIMES, NUMBERS, NAMES | st.just("")), max_size=5))
    times, values, remarks = ([row[place] for row in rows] for place in range(3))
    return SourceSeries(
        feature=draw(NAMES),
        quantities=tuple(draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))),
        points=Points([], times, values, remarks if any(remarks) else []),
        name=draw(NAMES),
        unit="m3/s",
        ucum="m3/s",
        zone=draw(st.sampled_from(["+02:00", "-03:30", "UTC", "Asia/Amman", ""])),
        procedure=draw(NAMES | st.just("")),
    )


@given(st.lists(series(), min_size=1, max_size=3))
def test_written_series_read_back_as_they_were(tmp_path_factory, document):
    line = 0
    for each in document:
        line += HEADER_LINES
        each.points.number.extend(range(line + 1, line + 1 + len(each.points.time)))
        line += len(each.points.time)
    sink = io.BytesIO()
    write_zrxp(document, sink)
    path = tmp_path_factory.mktemp("zrxp") / "a.zrx"
    path.write_bytes(sink.getvalue())
    assert list_series(path, TableLayout()).series == tuple(document)


@pytest.mark.parametrize("text", ["a|*|b", 'a"b', "a\nb"])
def test_a_text_that_would_end_early_is_refused(text):
    with pytest.raises(NotAcceptable, match="cannot hold"):
        write_zrxp([SourceSeries(text, ("Q",))], io.BytesIO())
