"""One write: the desk held for it, what stands looked up, the changes put down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from waternet.api.sensorthings.model import KINDS, EntityKind, Shape
from waternet.api.sensorthings.observed import locate_observation, observations
from waternet.api.sensorthings.tables import (
    Tables,
    forget_tables,
    open_desk,
    ready_tables,
)
from waternet.bank.scan import ask
from waternet.bank.store import Bank
from waternet.errors import NotAllowed, NotFound, NotReached
from waternet.node.desk import Desk, DraftEntity, DraftObservation
from waternet.node.folder import Node

__all__ = ["DeskSession", "open_session"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_IN_BODY = (Shape.TEXT, Shape.JSON, Shape.ANY, Shape.GEOMETRY)


@dataclass(slots=True)
class DeskSession:
    """What a write reads and changes; nothing of it counts before it has ended.

    Attributes
    ----------
    now : int [us since 1970, UTC]
        One moment for all of the write.
    waiting : list of DraftObservation
        Put down together by `flush`.
    made : dict of str to (EntityKind, int)
        What the requests of a batch made, by their ids.
    features : dict of int to int
        The FeatureOfInterest of Datastreams that were asked for; until something moves.
    """

    bank: Bank
    node: Node
    desk: Desk
    language: str
    now: int
    waiting: list[DraftObservation] = field(default_factory=list)
    made: dict[str, tuple[EntityKind, int]] = field(default_factory=dict)
    features: dict[int, int] = field(default_factory=dict)

    def tables(self) -> Tables:
        """Return the tables, with all that was put down so far."""
        self.flush()
        return ready_tables(
            self.bank, self.node, self.language, with_drafts=True, desk=self.desk
        )

    def flush(self) -> None:
        """Put down the observations that wait."""
        if self.waiting:
            self.desk.put_observations(self.waiting)
            self.waiting = []

    def find(self, kind: EntityKind, number: int) -> dict[str, Any] | None:
        """Return an entity as its tables have it; None where there is none."""
        tables = self.tables()
        if kind.name == "Observation":
            return self.find_in(tables, number)
        sql = f"FROM {tables.name(kind.table)} WHERE id = $number"
        found = ask(self.bank, sql, {"number": number}).to_pylist()
        return found[0] if found else None

    def is_there(self, kind: EntityKind, number: int) -> bool:
        """Return whether there is such an entity; of drafts the desk alone is asked."""
        if kind.name == "Observation":
            return self.find(kind, number) is not None
        held = self.desk.rows(
            "SELECT body IS NOT NULL FROM entity WHERE kind = ? AND number = ?",
            (kind.name, number),
        )
        return bool(held[0][0]) if held else self.find(kind, number) is not None

    def verify_there(self, kind: EntityKind, number: int) -> None:
        """Raise `NotFound` where there is no such entity."""
        if not self.is_there(kind, number):
            raise NotFound(f"no {kind.plural}({number})")

    def get(self, kind: EntityKind, number: int) -> dict[str, Any]:
        """Return an entity as its tables have it.

        Raises
        ------
        NotFound
            There is none.
        """
        found = self.find(kind, number)
        if found is None:
            raise NotFound(f"no {kind.plural}({number})")
        return found

    def numbers(self, sql: str, **values: object) -> list[int]:
        """Return numbers of entities by a question in which TABLE.name is a table."""
        schema = self.tables().schema
        rows = ask(self.bank, sql.replace("TABLE.", f"{schema}."), values)
        return [int(one) for one in rows.column(0).to_pylist()]

    def is_published(self, kind: EntityKind, number: int) -> bool:
        """Return whether it stands in a record, beside what a draft changes of it."""
        return not self.desk.key(kind.name, number).startswith("draft/")

    def verify_own(self, kind: EntityKind, number: int) -> None:
        """Raise `NotAllowed` where an entity is another party's."""
        key = self.desk.key(kind.name, number)
        owner, colon, _ = key.partition(":")
        if colon and owner != self.node.party:
            raise NotAllowed(
                f"{kind.plural}({number}) is {owner}'s; stewards of {self.node.party} "
                "write what is theirs",
                hint="tell that party what is wrong; its own steward corrects it",
            )

    def draft(self, kind: EntityKind, number: int) -> DraftEntity:
        """Return an entity as a draft of itself, unchanged.

        Raises
        ------
        NotFound
            There is none.
        """
        row = self.get(kind, number)
        body = {
            one.name: _plain(row[one.name], one.shape)
            for one in kind.properties.values()
            if one.shape in _IN_BODY
        }
        columns = {
            name: row.get(name) for name in ("thing", "sensor", "observed_property")
        }
        time = row.get("time")
        return DraftEntity(
            kind.name,
            number,
            json.dumps(
                {name: value for name, value in body.items() if value is not None}
            ),
            self.language,
            **columns,
            time=None if time is None else _micros(time),
        )

    def draft_observation(self, number: int) -> DraftObservation:
        """Return an observation as a draft of itself, unchanged."""
        row = self.get(KINDS["Observation"], number)
        return DraftObservation(
            number,
            row["datastream"],
            _micros(row["phenomenonTime_start"]),
            feature=row["feature"],
            ends=_micros_or_none(row["phenomenonTime_end"]),
            result_time=_micros_or_none(row["resultTime"]),
            result=row["result"],
            result_json=row["result_json"],
            quality=row["resultQuality"],
            valid_from=_micros_or_none(row["validTime_start"]),
            valid_to=_micros_or_none(row["validTime_end"]),
            parameters=row["parameters"],
        )

    def take_away(self, kind: EntityKind, number: int) -> None:
        """Put down that a draft is no more."""
        self.features.clear()
        held = self.draft(kind, number)
        self.desk.put([replace(held, body=None)])

    def find_in(self, tables: Tables, number: int) -> dict[str, Any] | None:
        """Return an observation as these tables have it; None where there is none."""
        place = locate_observation(self.bank, tables, number)
        if place is None:
            return None
        datastream, time = place
        relation = observations(
            self.bank, tables, None, [datastream], (time, time + 1000)
        )
        sql = f"SELECT * FROM ({relation.sql}) WHERE id = $number"
        found = ask(self.bank, sql, {**relation.values, "number": number}).to_pylist()
        return found[0] if found else None


@contextmanager
def open_session(bank: Bank, node: Node, language: str) -> Iterator[DeskSession]:
    """Hold the desk for one write: all of it is durable on leaving, or nothing is."""
    now = (datetime.now(UTC) - _EPOCH) // timedelta(milliseconds=1) * 1000
    with open_desk(node) as desk:
        session = DeskSession(bank, node, desk, language, now)
        try:
            with desk.writing():
                yield session
                session.flush()
        except OSError as error:
            forget_tables(bank)
            raise NotReached(
                f"nothing was written: {error}",
                hint="the node's disk is full, or fails",
            ) from error
        except BaseException:
            forget_tables(bank)
            raise


def _plain(value: Any, shape: Shape) -> Any:
    is_json = shape in (Shape.JSON, Shape.ANY, Shape.GEOMETRY)
    return json.loads(value) if is_json and value is not None else value


def _micros(time: datetime) -> int:
    return (time.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def _micros_or_none(time: datetime | None) -> int | None:
    return None if time is None else _micros(time)
