"""Laws of WaterML 1.1: what was written is read back as it was."""

import io
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.series_writing import WrittenSeries
from waternet.formats.waterml1 import list_series
from waternet.formats.waterml1_writing import write_time_series
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Censor

START = datetime(2015, 1, 1, tzinfo=UTC)
KINDS = (("instant", "PT0S"), ("mean", "P1D"), ("total", "PT1H"), ("maximum", "P1M"))
# Blanks and commas stand between remarks.
WORDS = st.from_regex(r"[A-Za-z0-9_.:<&>\"'א-תء-ي-]{1,12}", fullmatch=True)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 10**6),  # minutes since START
        st.one_of(
            st.floats(-1e12, 1e12, allow_nan=False),
            st.sampled_from([-9999.0, -99999.0]),
        ),
        st.sampled_from(Censor),
        st.one_of(st.none(), WORDS.map("x{}".format)),
        st.integers(-12 * 4, 14 * 4).map(lambda quarter: quarter * 15),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row[0],
)


@given(rows=ROWS, kind=st.sampled_from(KINDS), name=WORDS)
def test_what_was_written_is_read_back(tmp_path_factory, rows, kind, name):
    statistic, interval = kind
    datastream = Datastream(
        "d", "S1", "discharge", "m3/s", statistic, interval, "gauge", zone="+02:00"
    )
    at = Position(35.6, 32.7, "EPSG:4326", 35.6, 32.7, elevation=-210.5)
    place = Place("S1", "stream-gauge", {"und": name}, at)
    times = [(START + timedelta(minutes=row[0])).replace(tzinfo=None) for row in rows]
    remarks = pa.array([row[3] for row in rows], pa.string())
    table = in_order(
        make_table(
            datastream=pa.array([datastream.name] * len(rows)).dictionary_encode(),
            time=pa.array(times, pa.timestamp("us")),
            value=pa.array([row[1] for row in rows]),
            censor=pa.array([int(row[2]) for row in rows], pa.int8()),
            qualifier=remarks.dictionary_encode(),
            offset=pa.array([row[4] for row in rows], pa.int16()),
        )
    )
    sink = io.BytesIO()
    write_time_series([WrittenSeries(datastream, place, table, "jordan")], sink, {})
    path = tmp_path_factory.mktemp("waterml1") / "a.xml"
    path.write_bytes(sink.getvalue())
    recipe = Recipe.from_toml(
        'format = "waterml1"\ndataset = "d"\n[station]\nkind = "stream-gauge"\n'
        '[time]\nzone = "+02:00"\n[[value]]\nunit = "m3/s"\nwritten_unit = "m3/s"\n'
        f'column = "discharge.{statistic}.{interval}"\nobserved_property = "discharge"'
        f'\nprocedure = "gauge"\nstatistic = "{statistic}"\ninterval = "{interval}"\n'
    )
    (listed,) = list_series(path, recipe.table).series
    said = listed.observed_property, listed.statistic, listed.interval, listed.ucum
    assert said == ("discharge", statistic, interval, "m3/s")
    assert (listed.procedure, listed.zone) == ("gauge", "+02:00")
    reading = read_file(path, recipe)
    assert reading.rejects == ()
    (found,) = reading.datastreams
    assert found == datastream
    for column in ("time", "offset", "value", "censor", "qualifier"):
        read, written = reading.observations[column], table[column]
        assert read.to_pylist() == written.to_pylist(), column
    (there,) = reading.places
    assert there.names == {"und": name}
    assert (there.position.longitude, there.position.latitude) == (35.6, 32.7)
    assert there.position.elevation == -210.5
