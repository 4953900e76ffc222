"""Entities by hand, in tables of the schema that questions are compiled for.

Things 1 to 3, Locations along the parallel 51 to 53, observations like those of
FROST-Server's own test of time filters (DateTimeTests, hours of one day).
"""

import duckdb
import pytest

from waternet.api.sensorthings.condition import Condition
from waternet.api.sensorthings.filter_text import read_expression
from waternet.api.sensorthings.geometry import add_geometry_functions
from waternet.api.sensorthings.model import KINDS, Shape
from waternet.api.sensorthings.scope import Names, Scope

NOON = 43_200_000_000  # us: 1970-01-01T12:00:00Z, the present of these tests

_TYPES = {
    Shape.TEXT: "VARCHAR",
    Shape.INSTANT: "TIMESTAMP",
    Shape.INTERVAL: "TIMESTAMP",
    Shape.MOMENT: "TIMESTAMP",
}


def make_tables(engine):
    """Make the empty tables of the model."""
    for kind in KINDS.values():
        columns = ["id BIGINT"]
        for one in kind.properties.values():
            if one.shape is Shape.RESULT:
                columns += ["result DOUBLE", "result_json JSON"]
            else:
                type_ = _TYPES.get(one.shape, "JSON")
                columns += [f'"{name}" {type_}' for name in one.columns]
        columns += [
            f"{one.here} BIGINT"
            for one in kind.navigations.values()
            if one.here != "id"
        ]
        engine.execute(f"CREATE TABLE {kind.table} ({', '.join(columns)})")
    engine.execute("CREATE TABLE thing_location (thing BIGINT, location BIGINT)")
    engine.execute(
        "CREATE TABLE historical_location (historical BIGINT, location BIGINT)"
    )


def add(engine, table, rows):
    """Put rows into a table: mappings of columns to values."""
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        engine.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values())
        )


def _point(x, y):
    return f'{{"type": "Point", "coordinates": [{x}, {y}]}}'


_LINE = '{"type": "LineString", "coordinates": [[5, 52], [5, 53]]}'
_LONGER = '{"type": "LineString", "coordinates": [[5, 52], [6, 53]]}'
_AREA = '{"type": "Polygon", "coordinates": [[[8, 53], [7, 52], [7, 53], [8, 53]]]}'


@pytest.fixture(scope="session")
def engine():
    """Return a DuckDB connection with the tables, to be read."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    add_geometry_functions(connection)
    make_tables(connection)
    _fill(connection)
    yield connection
    connection.close()


def _fill(engine):
    things = [
        (1, "Thing 1", '{"field": 2, "flag": true, "tags": ["a", "b"], "int": "5"}'),
        (2, "Thing 2", None),
        (3, "Thing 3", '{"field": 3, "flag": false, "nested": [[8, 9], [10]]}'),
    ]
    add(
        engine,
        "things",
        [
            {"id": id_, "name": name, "description": "A thing.", "properties": said}
            for id_, name, said in things
        ],
    )
    shapes = [_point(8, 51), _point(8, 53), _LINE, _LONGER, _AREA]
    for id_, shape in enumerate(shapes, 1):
        told = {"id": id_, "name": f"Place {id_}", "description": "Somewhere."}
        told["encodingType"] = "application/geo+json"
        said = f'{{"field": {id_ + 1}}}'
        add(engine, "locations", [{**told, "location": shape, "properties": said}])
        add(engine, "features_of_interest", [{**told, "feature": shape}])
    pairs = [(1, 1), (1, 2), (2, 2)]
    add(engine, "thing_location", [{"thing": t, "location": p} for t, p in pairs])
    add(
        engine,
        "historical_locations",
        [{"id": 1, "time": "2016-01-01", "thing": 1}],
    )
    add(engine, "historical_location", [{"historical": 1, "location": 1}])
    for id_ in (1, 2):
        add(
            engine,
            "sensors",
            [{"id": id_, "name": f"Sensor {id_}", "metadata": '"Light flux sensor"'}],
        )
        add(engine, "observed_properties", [{"id": id_, "name": f"Property {id_}"}])
    unit = '{"name": "metre", "symbol": "m", "definition": "ucum:m"}'
    streams = [(1, 1, 1, 1), (2, 1, 2, 2), (3, 2, 1, 2)]
    for id_, thing, sensor, observed in streams:
        row = {"id": id_, "name": f"Stream {id_}", "thing": thing, "sensor": sensor}
        row |= {"observed_property": observed, "unitOfMeasurement": unit}
        if id_ == 1:
            row["phenomenonTime_start"] = "2015-01-01 06:00"
            row["phenomenonTime_end"] = "2017-01-01 10:00"
        add(engine, "datastreams", [row])
    for id_, (start, end) in enumerate(MOMENTS):
        row = {"id": id_, "phenomenonTime_start": start, "phenomenonTime_end": end}
        row |= {"resultTime": start, "result": float(id_), "datastream": 1}
        row |= {"parameters": f'{{"int": {id_}, "text": "{id_}"}}', "feature": 1}
        add(engine, "observations", [row])
    add(
        engine,
        "observations",
        [
            {
                "id": 90,
                "phenomenonTime_start": "2018-01-01",
                "result_json": '"dry"',
                "resultQuality": '{"grade": "good"}',
                "datastream": 2,
                "feature": 2,
            },
            {
                "id": 91,
                "phenomenonTime_start": "2018-01-02 12:00:00.25",
                "result_json": "true",
                "resultQuality": "2",
                "datastream": 2,
            },
        ],
    )


def _day(*hours):
    start, end = (
        f"2016-01-01 {hour:05.2f}".replace(".", ":") if hour else None
        for hour in (*hours, None)[:2]
    )
    return start, end


# As in DateTimeTests of FROST-Server's suite: the numbers are its own.
MOMENTS = [
    _day(6.00),
    _day(6.59),
    _day(7.00),
    _day(7.01),
    _day(7.59),
    _day(8.00),
    _day(8.01),
    _day(9.00),
    _day(6.00, 6.59),
    _day(6.00, 7.00),
    _day(6.00, 7.01),
    _day(7.00, 8.00),
    _day(7.01, 7.59),
    _day(7.59, 9.00),
    _day(8.00, 9.00),
    _day(8.01, 9.00),
    _day(6.59, 8.01),
    _day(7.00, 7.59),
    _day(7.00, 8.01),
    _day(6.59, 8.00),
    _day(7.01, 8.00),
    ("2015-01-01 06:00", None),
    ("2017-01-01 09:00", None),
    ("2015-01-01 06:00", "2015-01-01 07:00"),
    ("2017-01-01 09:00", "2017-01-01 10:00"),
]


@pytest.fixture(scope="session")
def chosen(engine):
    """Return the ids of the entities of a kind that a filter chooses."""

    def choose(kind, text):
        names = Names("main")
        scope = Scope(names, KINDS[kind])
        condition = Condition(scope, lambda: NOON).where(read_expression(text))
        sql = f"SELECT {scope.alias}.id FROM {scope.tables} WHERE {condition}"
        found = engine.execute(sql, names.bound_in(sql)).fetchall()
        return sorted(one for (one,) in found)

    return choose
