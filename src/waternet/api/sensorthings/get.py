"""A GET of SensorThings, answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import orjson

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.figures import question_of
from waternet.api.operation import JSON
from waternet.api.sensorthings.arrays import components_of, data_arrays, wrap_array
from waternet.api.sensorthings.at_desk import is_at_desk
from waternet.api.sensorthings.column_text import join_columns
from waternet.api.sensorthings.entity_sql import property_text
from waternet.api.sensorthings.expression import Path
from waternet.api.sensorthings.flat import as_csv, as_geojson
from waternet.api.sensorthings.landing import READING, WRITING, landing_page
from waternet.api.sensorthings.links import SERVICE, next_link
from waternet.api.sensorthings.model import EntityKind, Property
from waternet.api.sensorthings.narrowing import Bounds
from waternet.api.sensorthings.observation_text import (
    write_arrays,
    write_entities,
    write_rows,
)
from waternet.api.sensorthings.observed import locate_observation
from waternet.api.sensorthings.options import OWN, Options, read_options
from waternet.api.sensorthings.plain_observations import (
    PlainPage,
    is_plain,
    read_plain,
)
from waternet.api.sensorthings.reading import Page, Reading
from waternet.api.sensorthings.resource import Resource, Step, read_resource
from waternet.api.sensorthings.statement import Ground, Statement, has_drafted
from waternet.api.sensorthings.streams import known_streams
from waternet.api.sensorthings.tables import ready_tables
from waternet.errors import NotAcceptable, NotFound

__all__ = ["answer_get", "answer_landing", "conformance"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = 1_000  # us: as finely as an observation's id tells its time
_TEXT = "text/plain; charset=utf-8"
_CSV = "text/csv; charset=utf-8"
_SELF = (Path(("@iot.selfLink",)),)


def conformance() -> tuple[str, ...]:
    """Return the requirements of the standard that are met here."""
    return READING + WRITING


def answer_landing(asked: Asked) -> Answer:
    """Answer what the service is."""
    page = landing_page(asked.url + SERVICE, conformance())
    return _json(orjson.dumps(page))


def answer_get(asked: Asked, path: str) -> Answer:
    """Answer a request to read.

    Parameters
    ----------
    asked : Asked
    path : str
        Below the service, decoded.

    Raises
    ------
    NotFound
        The path leads to nothing.
    NotAcceptable
        An option makes no sense; the message names it, the place and what was expected.
    """
    if not path.strip("/"):
        return answer_landing(asked)
    return _Get(asked, read_resource(path)).answer()


class _Get:
    """One path with its options."""

    def __init__(self, asked: Asked, resource: Resource) -> None:
        base = asked.url + SERVICE
        self._resource = resource
        self._options = read_options(
            asked.query, resource.kind, is_single=resource.is_single
        )
        self._address = f"{base}/{replace(resource, ending='')}"
        self._question = question_of(asked)
        self._ground = Ground(
            asked.bank,
            ready_tables(
                asked.bank,
                asked.node,
                asked.language,
                # Drafts have no past.
                with_drafts=is_at_desk(asked) and self._question.as_of is None,
            ),
            orjson.dumps(base).decode()[1:-1],
            cache(lambda: (asked.now() - _EPOCH) // _MICROSECOND),
            self._question.as_of,
        )
        self._reading = Reading(self._ground, self._options.own)

    def answer(self) -> Answer:
        resource, options = self._resource, self._options
        plain = self._plain()
        if plain is not None:
            return plain
        self._verify_published()
        statement, of_one = self._statement()
        if resource.path is not None:
            return self._property(statement, resource.path)
        if resource.ending == "$ref":
            options = replace(options, select=_SELF, expand=())
        if resource.is_single:
            return self._single(statement, options)
        if resource.ending == "$count":
            statement.satisfy(options.filter)
            count = self._reading.count(statement)
            return Answer(str(count).encode(), _TEXT)
        if options.result_format == "dataArray":
            return self._arrays(statement, options, of_one=of_one)
        page = self._reading.page(statement, options, of_one=of_one)
        return self._written(page, options)

    def _verify_published(self) -> None:
        """Raise where figures are wanted otherwise than as they were published."""
        asked = [name for name in OWN if name != "as_of" and name in self._options.own]
        if asked:
            raise NotAcceptable(
                f"{asked[0]} is for the Observations of one datastream, in order of "
                "time, with a filter of their time at most",
                hint=f"for example Datastreams(1)/Observations?{asked[0]}=…, without "
                "$expand; /data/observations takes many",
            )

    def _plain(self) -> Answer | None:
        """Answer for observations of one datastream without SQL, where that can be."""
        resource, options, ground = self._resource, self._options, self._ground
        match resource:
            case Resource(
                steps=(
                    Step(kind=EntityKind(name="Datastream"), id=int(number)),
                    Step(kind=EntityKind(name="Observation"), id=None),
                ),
                path=None,
                ending="",
            ):
                pass
            case _:
                return None
        stream = known_streams(ground.bank).by_number.get(number)
        if stream is None or not is_plain(options) or has_drafted(ground, number):
            return None
        page = read_plain(ground.bank, stream, options, self._question)
        if page is None:
            return None
        if options.result_format == "CSV":
            names = [str(path) for path in options.select]
            header, parts = write_rows(page.figures, names)
            lines = join_columns(parts, len(page.figures))
            return Answer(f"{','.join(header)}\r\n".encode() + lines, _CSV)
        start = self._start(page.count, page.token)
        return _json(b"".join([start, self._plain_body(page, number), b"]}"]))

    def _plain_body(self, page: PlainPage, number: int) -> bytes:
        options, base, count = self._options, self._ground.base, len(page.figures)
        if options.result_format == "dataArray":
            components = components_of(options)
            parts = write_arrays(page.figures, components)
            rows = join_columns([*parts, ","], count)[:-1]
            return wrap_array(base, components, number, count, rows)
        names = [str(path) for path in options.select]
        parts = write_entities(page.figures, base, names)
        return join_columns([*parts, ","], count)[:-1]

    def _written(self, page: Page, options: Options) -> Answer:
        if options.result_format == "CSV":
            return Answer(as_csv(page.entities, options), _CSV)
        if options.result_format == "GeoJSON":
            features = as_geojson(page.entities, self._next(page.token))
            return Answer(features, "application/geo+json")
        return self._set(page.count, page.token, page.entities)

    def _arrays(
        self, statement: Statement, options: Options, *, of_one: bool
    ) -> Answer:
        if statement.kind.name != "Observation":
            raise NotAcceptable(
                f"$resultFormat, dataArray is of Observations, not of "
                f"{statement.kind.plural}"
            )
        components = components_of(options)
        rows, page = self._reading.arrays(statement, options, components, of_one=of_one)
        arrays = data_arrays(self._ground.base, components, rows)
        return self._set(page.count, page.token, [arrays] if arrays else [])

    def _set(self, count: int | None, token: str, entities: Sequence[str]) -> Answer:
        # Joined once: an answer may have many megabytes.
        start = self._start(count, token).decode()
        first, rest = entities[:1], entities[1:]
        parts = [start, *first, *(part for one in rest for part in (",", one)), "]}"]
        return _json("".join(parts).encode())

    def _start(self, count: int | None, token: str) -> bytes:
        """Return what stands before the entities of a set."""
        said: dict[str, int | str] = {}
        if count is not None:
            said["@iot.count"] = count
        if token:
            said["@iot.nextLink"] = self._next(token)
        comma = b"," if said else b""
        return orjson.dumps(said)[:-1] + comma + b'"value":['

    def _next(self, token: str) -> str:
        if not token:
            return ""
        return next_link(self._address, self._options.texts, {}, token)

    def _single(self, statement: Statement, options: Options) -> Answer:
        found = self._reading.entities(statement, options)
        if not found:
            raise self._missing()
        if options.result_format in ("CSV", "GeoJSON"):
            return self._written(Page(found), options)
        return _json(found[0].encode())

    def _property(self, statement: Statement, path: Path) -> Answer:
        name, *inner = path.steps
        property_ = statement.kind.properties.get(str(name))
        text = f"CAST({statement.alias}.id AS VARCHAR)"
        if property_ is not None:
            text = _property_sql(statement, property_, inner)
        sql = f"SELECT {text} AS told FROM {statement.scope.tables}"
        found = statement.ask(f"{sql} WHERE {statement.where}")["told"].to_pylist()
        if not found:
            raise self._missing()
        if found[0] is None or found[0] == "null":
            return Answer(b"", "", 204)
        told = str(found[0])
        if self._resource.ending == "$value":
            value = orjson.loads(told)
            if isinstance(value, str):
                return Answer(value.encode(), _TEXT)
            is_json = isinstance(value, dict | list)
            return Answer(told.encode(), JSON if is_json else _TEXT)
        key = _last_name(path)
        return _json(f"{{{orjson.dumps(key).decode()}:{told}}}".encode())

    def _statement(self) -> tuple[Statement, bool]:
        """Return what the path asks for; and whether observations of one datastream."""
        *before, last = self._resource.steps
        owner: _Owner | None = None
        for step in before:
            owner = self._owner(owner, step)
        statement = self._led_to(owner, last)
        of_one = owner is not None and owner.kind.name == "Datastream"
        return statement, of_one

    def _owner(self, before: _Owner | None, step: Step) -> _Owner:
        """Return an entity on the way, with what it leads to."""
        statement = self._led_to(before, step)
        starts = {one.here for one in step.kind.navigations.values()}
        columns = ", ".join(
            f"{statement.alias}.{one}" for one in sorted(starts | {"id"})
        )
        sql = f"SELECT {columns} FROM {statement.scope.tables} WHERE {statement.where}"
        rows = statement.ask(sql).to_pylist()
        if not rows:
            raise self._missing()
        return _Owner(step.kind, rows[0])

    def _led_to(self, owner: _Owner | None, step: Step) -> Statement:
        statement = Statement(self._ground, step.kind)
        if owner is not None and step.navigation is not None:
            near = owner.columns[step.navigation.here]
            if near is None:
                raise self._missing()
            statement.led_to(step.navigation, [near])
        if step.id is not None:
            statement.only(step.id)
            if step.kind.name == "Observation":
                self._locate(statement, step.id)
        return statement

    def _locate(self, statement: Statement, id_: int) -> None:
        """Let an observation be looked for only where its id says that it is."""
        ground = self._ground
        found = locate_observation(ground.bank, ground.tables, id_)
        if found is None:
            statement.datastreams = []
            return
        datastream, time = found
        statement.datastreams = [datastream]
        statement.within(Bounds(time, time + _MILLISECOND))

    def _missing(self) -> NotFound:
        return NotFound(
            f"there is no {self._resource}",
            hint="the set without an id lists what there is",
        )


@dataclass(frozen=True, slots=True)
class _Owner:
    """An entity that the next step of a path leads from."""

    kind: EntityKind
    columns: dict[str, int | None]


def _property_sql(
    statement: Statement, property_: Property, inner: Sequence[str | int]
) -> str:
    if not inner:
        return property_text(property_, statement.alias, statement.names)
    steps = (str(one).replace("~", "~0").replace("/", "~1") for one in inner)
    pointer = statement.names.bind("".join(f"/{one}" for one in steps))
    column = property_.columns[-1]
    return f'CAST(json_extract({statement.alias}."{column}", {pointer}) AS VARCHAR)'


def _last_name(path: Path) -> str:
    """Return the last name of a path, with its places in arrays."""
    return str(path).rpartition("/")[2]


def _json(content: bytes) -> Answer:
    return Answer(content, JSON)
