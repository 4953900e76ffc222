"""Laws of WaterML 2.0: what was written is read back as it was."""

import io
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.waterml_writing import write_waterml
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Censor, Status

START = datetime(2015, 1, 1, tzinfo=UTC)
KINDS = (("instant", "PT0S"), ("mean", "P1D"), ("total", "PT1H"), ("maximum", "P1M"))
WORDS = st.from_regex(r"[A-Za-z0-9_.:<&>\"'א-תء-ي-]{1,12}", fullmatch=True)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 10**6),  # minutes since START
        st.floats(-1e12, 1e12, allow_nan=False),
        st.sampled_from(Censor),
        st.sampled_from(Status),
        st.one_of(st.none(), WORDS),
        st.integers(-12 * 4, 14 * 4).map(lambda quarter: quarter * 15),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row[0],
)


def made_table(datastream, rows):
    times = [(START + timedelta(minutes=row[0])).replace(tzinfo=None) for row in rows]
    return in_order(
        make_table(
            datastream=pa.array([datastream.name] * len(rows)).dictionary_encode(),
            time=pa.array(times, pa.timestamp("us")),
            value=pa.array([row[1] for row in rows]),
            censor=pa.array([int(row[2]) for row in rows], pa.int8()),
            status=pa.array([int(row[3]) for row in rows], pa.int8()),
            qualifier=pa.array(
                [row[4] for row in rows], pa.string()
            ).dictionary_encode(),
            offset=pa.array([row[5] for row in rows], pa.int16()),
        )
    )


@given(rows=ROWS, kind=st.sampled_from(KINDS), name=WORDS)
def test_what_was_written_is_read_back(tmp_path_factory, rows, kind, name):
    statistic, interval = kind
    datastream = Datastream(
        "d", "S1", "discharge", "m3/s", statistic, interval, "gauge", zone="Asia/Amman"
    )
    place = Place(
        "S1",
        "stream-gauge",
        {"und": name},
        Position(35.6, 32.7, "EPSG:4326", 35.6, 32.7),
    )
    table = made_table(datastream, rows)
    path = tmp_path_factory.mktemp("waterml") / "a.xml"
    sink = io.BytesIO()
    write_waterml(table, [datastream], {"S1": place}, sink)
    path.write_bytes(sink.getvalue())
    recipe = Recipe.from_toml(
        'format = "waterml"\ndataset = "d"\n[station]\nkind = "stream-gauge"\n[time]\n'
        'zone = "Asia/Amman"\n[[value]]\ncolumn = "discharge"\nunit = "m3/s"\n'
        'observed_property = "discharge"\nprocedure = "gauge"\nwritten_unit = "m3/s"\n'
        f'statistic = "{statistic}"\ninterval = "{interval}"\n'
    )
    reading = read_file(path, recipe)
    assert reading.rejects == ()
    assert reading.datastreams == (datastream,)
    for column in ("time", "offset", "value", "censor", "status", "qualifier"):
        read, written = reading.observations[column], table[column]
        assert read.to_pylist() == written.to_pylist(), column
    (found,) = reading.places
    assert (found.names, found.position) == ({"und": name}, place.position)
