"""What is written as PI-XML reads back as the same series."""

import io
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import NotAcceptable
from waternet.formats.pi_xml import list_series
from waternet.formats.pi_xml_writing import write_pi_xml
from waternet.formats.recipe import TableLayout
from waternet.formats.series import Points, SourceSeries

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=":"),
    min_size=1,
    max_size=8,
).map(lambda text: normalize("NFC", text.strip()) or "a")
NUMBERS = st.decimals(-1000, 1000, places=3).map(str)
TIMES = st.datetimes().map(lambda time: time.replace(microsecond=0).isoformat())
FLAGS = {"": "", "0": "", "1": "estimated", "2": "imputed", "6 HX dry": ""}


@st.composite
def series(draw, zone):
    rows = draw(
        st.lists(
            st.tuples(TIMES, NUMBERS | st.just(""), st.sampled_from(sorted(FLAGS))),
            min_size=1,
            max_size=5,
        )
    )
    times, values, remarks = (list(column) for column in zip(*rows, strict=True))
    statistic = draw(st.sampled_from(["instant", "total", "mean"]))
    parameter = draw(NAMES)
    qualifiers = sorted(draw(st.lists(NAMES, max_size=2)))
    more = [":".join((parameter, *qualifiers))] if qualifiers else []
    statuses = [FLAGS[remark] for remark in remarks]
    return SourceSeries(
        feature=draw(NAMES),
        quantities=(*more, parameter),
        points=Points(
            [],
            times,
            values,
            remarks if any(remarks) else [],
            statuses if any(statuses) else [],
        ),
        name=draw(NAMES | st.just("")),
        unit="mm",
        ucum="mm",
        statistic=statistic,
        interval="PT0S" if statistic == "instant" else draw(INTERVALS),
        stamp="start" if statistic == "instant" else "end",
        zone=zone,
        procedure=":".join(draw(st.lists(NAMES, max_size=3))),
    )


INTERVALS = st.sampled_from(["PT15M", "PT1H", "P1D", "P1M", "PT90S"])
DOCUMENTS = st.sampled_from(["+02:00", "-03:30", "+05:45", "+00:00"]).flatmap(
    lambda zone: st.lists(series(zone), min_size=1, max_size=3)
)


def written(tmp_path_factory, document):
    path: Path = tmp_path_factory.mktemp("pi") / "a.xml"
    sink = io.BytesIO()
    write_pi_xml(document, sink)
    path.write_bytes(sink.getvalue())
    return path


@given(DOCUMENTS)
def test_written_series_read_back_as_they_were(tmp_path_factory, document):
    number = 0
    for each in document:
        each.points.number.extend(range(number + 1, number + len(each.points.time) + 1))
        number += len(each.points.time)
    path = written(tmp_path_factory, document)
    assert list_series(path, TableLayout()).series == tuple(document)


def test_what_the_format_cannot_say_is_refused():
    one = SourceSeries("L1", ("P",), statistic="mean", interval="P1D", stamp="end")
    for changed in (
        {"statistic": "maximum"},
        {"stamp": "start"},
        {"zone": "Asia/Amman"},
        {"name": "a\x01b"},
    ):
        fields = {name: getattr(one, name) for name in one.__dataclass_fields__}
        with pytest.raises(NotAcceptable):
            write_pi_xml([SourceSeries(**fields | changed)], io.BytesIO())
    other = SourceSeries("L2", ("P",), statistic="instant", zone="+02:00")
    with pytest.raises(NotAcceptable, match="clocks"):
        write_pi_xml([one, other], io.BytesIO())
