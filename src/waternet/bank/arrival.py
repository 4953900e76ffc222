"""What the bank is fed with: one verified entry of one party's log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from waternet.errors import NotAcceptable
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, verify_id

__all__ = ["Arrival"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One entry of a party's log with what its blobs hold, verified by the caller.

    Attributes
    ----------
    party : str
    index : int
        Place of the entry in the party's log, from 0: the number of its release.
    issued : datetime
        With time zone.
    kind : str
        'release', 'revise' and 'withdraw' change figures; 'station' changes places;
        every other kind is only listed.
    body : mapping
        The entry's own fields: 'dataset', 'title', 'source', 'reason', 'release'...
    places, datastreams : tuple
        New or changed ones.
    observations : pyarrow.Table in `observation.table.SCHEMA`, or None
        In order. A null value takes an earlier figure back.
    finding : str
        What is amiss, where a blob is missing or corrupt; else ''. The rows are
        absent where it was one of theirs.
    """

    party: str
    index: int
    issued: datetime
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    datastreams: tuple[Datastream, ...] = ()
    observations: pa.Table | None = None
    finding: str = ""

    def __post_init__(self) -> None:
        verify_id(self.party, "a party")
        if self.issued.tzinfo is None:
            raise NotAcceptable(
                f"entry {self.index} of {self.party!r} says {self.issued} without a "
                "time zone"
            )
