"""GeoPackages: a layer's attributes, and a position from each geometry (OGC 12-128).

The file is a database that somebody else made. It is opened read-only, and only its
own tables are read: whatever it would run (views, triggers, virtual tables) is not.
"""

from __future__ import annotations

import re
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.cells import MAX_CELL, MAX_ROWS, verify_width
from waternet.formats.features import (
    Features,
    Point,
    preview_features,
    read_features,
    repair_texts,
)
from waternet.formats.geometry import read_geometry
from waternet.formats.preview import Sheet
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.reference_system import identify_system

__all__ = ["is_geopackage", "preview_geopackage", "read_geopackage"]

_MAGIC = b"SQLite format 3\0"
_IDS = (b"GPKG", b"GP10", b"GP11")
_MAX_STEPS = 4_000_000_000  # steps of SQLite's own machine before it is stopped
_STEPS = 1_000_000  # of those between two looks at how many there were
_KEYED = re.compile(r"\bWITHOUT\s+ROWID\b", re.I)
_MAX_LAYERS = 1000
# What a reader of tables needs; anything else is refused when it is compiled.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_FUNCTIONS = {"count"}


@dataclass(frozen=True)
class _Layer:
    name: str
    geometry: str  # the column's name; '' in a table of attributes alone
    system: int


def is_geopackage(head: bytes, name: str) -> bool:
    """Whether a file is a database that calls itself a GeoPackage.

    Examples
    --------
    >>> is_geopackage(b"SQLite format 3" + bytes(85), "wells.gpkg")
    False
    """
    del name
    if not head.startswith(_MAGIC) or len(head) < 100:
        return False
    # GDAL of old, and others, left the id of the application out.
    return head[68:72] in _IDS or b"gpkg_contents" in head


def read_geopackage(path: Path, recipe: Recipe) -> Reading:
    """Read one layer: its attributes, 'x', 'y' and, where there is one, 'z'.

    Parameters
    ----------
    path : Path
    recipe : Recipe
        `[table] sheet` is the layer; '' the only one. Without `[station] crs` the
        layer's own system counts.

    Returns
    -------
    Reading
        A row's number is its own (SQLite's rowid: the feature id, as a rule).

    Raises
    ------
    NotAcceptable
        It is no GeoPackage, is damaged, has several layers and none is named, or the
        layer is no plain table.
    NotFound
        It has no such layer.
    """
    with _opened(path) as database:
        layers = _layers(database, path.name)
        features = _features(database, path.name, _choose(layers, recipe.table, path))
    repair_texts(features, recipe.table.mojibake)
    journal = path.with_name(f"{path.name}-wal")
    if journal.is_file() and journal.stat().st_size:
        reason = f"changes in {journal.name} were not read: close the program first"
        features.notice(0, "", "", reason)
    return read_features(features, recipe)


def preview_geopackage(path: Path, table: TableLayout) -> list[Sheet]:
    """Return each layer's headings, rows and reference system."""
    sheets = []
    with _opened(path) as database:
        for layer in _layers(database, path.name):
            if table.sheet in ("", layer.name):
                features = _features(database, path.name, layer)
                repair_texts(features, table.mojibake)
                sheets.append(preview_features(features))
    return sheets


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with path.open("rb") as source:
        head = source.read(1 << 16)
    if not is_geopackage(head, path.name):
        raise NotAcceptable(
            f"{path.name} is not a GeoPackage: it does not begin like one",
            hint="expected an SQLite database with a table gpkg_contents",
        )
    _verify_whole(head, path)
    # Immutable: no lock, no journal beside it is looked for or written.
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    steps = iter(range(_MAX_STEPS // _STEPS))
    try:
        database = sqlite3.connect(address, uri=True)
        try:
            _restrict(database)
            database.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
            yield database
        finally:
            database.close()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise NotAcceptable(
            f"{path.name} cannot be read as a GeoPackage: {error}",
            hint="open and save it again in the program that made it",
        ) from error


def _verify_whole(head: bytes, path: Path) -> None:
    """Raise where the file is shorter than its header says: rows could be missing."""
    (size,) = struct.unpack_from(">H", head, 16)
    pages, counted = struct.unpack_from(">I", head, 28)[0], head[24:28] == head[92:96]
    size = 65_536 if size == 1 else size
    if counted and pages * size > path.stat().st_size:
        raise NotAcceptable(
            f"{path.name} is cut short: {pages * size:,} bytes by its header, "
            f"{path.stat().st_size:,} are there",
            hint="copy it again",
        )


def _restrict(database: sqlite3.Connection) -> None:
    """Take from a connection whatever a file made to do harm could use."""
    for what, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, 64_000_000),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1_000_000),
        (sqlite3.SQLITE_LIMIT_COLUMN, 2000),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100),
        (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 3),
        (sqlite3.SQLITE_LIMIT_VDBE_OP, 25_000),
        (sqlite3.SQLITE_LIMIT_FUNCTION_ARG, 8),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    ):
        database.setlimit(what, most)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.execute("PRAGMA mmap_size = 0")
    # From here on only tables are read; no PRAGMA, ATTACH or function of a schema.
    database.set_authorizer(_authorize)


def _authorize(  # one argument for each thing that SQLite says
    action: int, one: str | None, other: str | None, schema: str | None, by: str | None
) -> int:
    del one, schema
    if action not in _ALLOWED or by is not None:  # `by` is a view or a trigger
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and other not in _FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _layers(database: sqlite3.Connection, file: str) -> list[_Layer]:
    """Return the layers that are features or attributes, in the file's order."""
    _verify_plain(database, file, "gpkg_contents")
    rows = database.execute(
        "SELECT table_name, data_type, srs_id FROM gpkg_contents"
    ).fetchmany(_MAX_LAYERS)
    columns: dict[str, tuple[str, int]] = {}
    if _kind(database, "gpkg_geometry_columns") is not None:
        _verify_plain(database, file, "gpkg_geometry_columns")
        found = database.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
        ).fetchmany(_MAX_LAYERS)
        columns = {str(name): (str(column), srs) for name, column, srs in found}
    layers = []
    for name, kind, system in rows:
        if kind in ("features", "attributes", "aspatial"):
            column, own = columns.get(str(name), ("", system))
            layers.append(_Layer(str(name), column, own if own is not None else 0))
    if not layers:
        raise NotAcceptable(
            f"{file}: a GeoPackage without a layer of features or attributes",
            hint="pictures (tiles) are not read",
        )
    return layers


def _choose(layers: list[_Layer], table: TableLayout, path: Path) -> _Layer:
    listed = ", ".join(repr(layer.name) for layer in layers[:12])
    if table.sheet:
        named = [layer for layer in layers if layer.name == table.sheet]
        if not named:
            raise NotFound(f"{path.name}: no layer {table.sheet!r}; there are {listed}")
        return named[0]
    if len(layers) > 1:
        raise NotAcceptable(
            f"{path.name} has several layers: {listed}",
            hint="name one in [table] sheet",
        )
    return layers[0]


def _kind(database: sqlite3.Connection, name: str) -> tuple[str, str] | None:
    """Return what a name is ('table', 'view'), and how it was made."""
    found = database.execute(
        "SELECT type, sql FROM sqlite_master WHERE name = ? AND type IN "
        "('table', 'view')",
        (name,),
    ).fetchone()
    return None if found is None else (str(found[0]), str(found[1] or ""))


def _verify_plain(database: sqlite3.Connection, file: str, name: str) -> None:
    kind, made = _kind(database, name) or ("nothing", "")
    if kind == "table" and not made.upper().lstrip().startswith("CREATE TABLE"):
        kind = "virtual table"
    if kind != "table":
        raise NotAcceptable(
            f"{file}: {name!r:.80} is {kind}, not a plain table: it is not run",
            hint="export the layer itself to a new GeoPackage",
        )


def _features(database: sqlite3.Connection, file: str, layer: _Layer) -> Features:
    _verify_plain(database, file, layer.name)
    _, made = _kind(database, layer.name) or ("", "")
    table = '"' + layer.name.replace('"', '""') + '"'
    numbered = "" if _KEYED.search(made) else "rowid, "
    # The names stand in the file; values are never part of a statement.
    cursor = database.execute(f"SELECT {numbered}* FROM {table}")
    names = [str(each[0]) for each in cursor.description][bool(numbered) :]
    verify_width(file, len(names))
    place = names.index(layer.geometry) if layer.geometry in names else -1
    features = Features(file, layer.name, [n for n in names if n != layer.geometry], [])
    points = list[Point]()
    for count, row in enumerate(cursor, 1):
        if count > MAX_ROWS:
            raise NotAcceptable(f"{file}: more than {MAX_ROWS:,} rows")
        cells = row[1:] if numbered else row
        number = row[0] if numbered and isinstance(row[0], int) else count
        if place >= 0:
            points.append(_position(features, number, cells[place]))
            cells = (*cells[:place], *cells[place + 1 :])
        features.rows.append((number, [_as_text(cell) for cell in cells]))
    if place >= 0:
        features.points = points
        features.crs = _system(database, file, layer.system)
    return features


def _position(features: Features, number: int, content: object) -> Point:
    """Return the position of a geometry; one that is none is pointed at."""
    if content is None:
        return "", "", ""
    try:
        point, is_outline = read_geometry(
            content if isinstance(content, bytes) else b""
        )
    except ValueError as error:
        features.notice(number, "geometry", "", f"no position: {error}")
        return "", "", ""
    if is_outline:
        features.outlines.append(number)
    return point


def _system(database: sqlite3.Connection, file: str, number: int) -> str:
    if number in (-1, 0):  # undefined, by the standard
        return ""
    _verify_plain(database, file, "gpkg_spatial_ref_sys")
    found = database.execute(
        "SELECT organization, organization_coordsys_id, definition "
        "FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (number,),
    ).fetchone()
    if found is None:
        return ""
    organization, code, definition = found
    if str(organization).upper() == "EPSG" and isinstance(code, int) and code > 0:
        return f"EPSG:{code}"
    return identify_system(str(definition or ""))


def _as_text(cell: object) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bytes):
        return cell[: MAX_CELL // 2].hex()
    return cell if isinstance(cell, str) else repr(cell)
