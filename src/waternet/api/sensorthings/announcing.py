"""What releases brought since, as SensorThings tells those who subscribe to it.

Anonymous readers' view alone: what not everybody may read is told to nobody.

References
----------
OGC 18-088, section 14 (receive updates by MQTT).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import orjson
import pyarrow.compute as pc

from waternet.api.asked import Asked
from waternet.api.operation import Operation
from waternet.api.sensorthings.get import answer_get
from waternet.api.sensorthings.routes import operations
from waternet.api.sensorthings.service_paths import ANY_PATH
from waternet.api.sensorthings.tables import ready_tables
from waternet.api.viewer import Viewer
from waternet.bank.extent import extents
from waternet.bank.scan import ask, standing
from waternet.bank.store import Bank
from waternet.node.folder import Node

__all__ = ["new_observations"]

_MOST = 1_000  # of one datastream at once: the newest ones


def new_observations(
    bank: Bank, node: Node, url: str, before: Mapping[str, int]
) -> Iterator[tuple[str, bytes]]:
    """Yield the observations that entries brought since.

    Parameters
    ----------
    bank : Bank
        Opened for anybody.
    node : Node
    url : str
        Where readers find it.
    before : mapping of party to int
        How many entries of each had been taken.

    Yields
    ------
    topic : str
        'v1.1/Datastreams(1)/Observations'; after those of all datastreams the same
        ones follow for 'v1.1/Observations'.
    payload : bytes
        The observation as `GET` answers it. Of a datastream that got more than a
        thousand, only the newest thousand are told.
    """
    told: list[bytes] = []
    for number, start, end, first in _changed(bank, node, before):
        filter_ = f"phenomenonTime ge {start} and phenomenonTime le {end}"
        query = f"$filter={filter_}&$orderby=phenomenonTime desc&$top={_MOST}"
        topic = f"Datastreams({number})/Observations"
        answer = answer_get(_asked(bank, node, url, query), topic)
        content = answer.content if isinstance(answer.content, bytes) else b"{}"
        for one in reversed(orjson.loads(content).get("value", ())):
            if int(one["parameters"]["release"].rpartition(":")[2]) >= first:
                told.append(orjson.dumps(one))
                yield f"v1.1/{topic}", told[-1]
    for payload in told:
        yield "v1.1/Observations", payload


def _changed(
    bank: Bank, node: Node, before: Mapping[str, int]
) -> Iterator[tuple[int, str, str, int]]:
    """Yield datastreams with new figures, from when to when, and since which entry."""
    tables = ready_tables(bank, node, "en")
    table = extents(bank).table
    newest = dict(
        zip(table["series_id"].to_pylist(), table["release"].to_pylist(), strict=True)
    )
    changed = [
        one
        for one in bank.catalogue.series()
        if newest.get(one.id, -1) >= before.get(one.party, 0)
    ]
    cutoffs = bank.cutoffs(None)
    for one in changed:
        first = before.get(one.party, 0)
        relation = standing(bank, [one], cutoffs)
        rows = ask(
            bank,
            f"SELECT t FROM ({relation.sql}) WHERE release >= $first",
            {**relation.values, "first": first},
        )
        bounds = pc.min_max(rows["t"]).as_py()
        sql = f"SELECT id FROM {tables.name('datastreams')} WHERE series_id = $series"
        found = ask(bank, sql, {"series": one.id})["id"].to_pylist()
        if found and bounds["min"] is not None:
            start, end = (f"{bounds[name].isoformat()}Z" for name in ("min", "max"))
            yield found[0], start, end, first


def _asked(bank: Bank, node: Node, url: str, query: str) -> Asked:
    return Asked(_operation(), {}, query, {}, {}, url, Viewer(), node, leased=bank)


@cache
def _operation() -> Operation:
    (anything,) = (one for one in operations() if one.path == ANY_PATH)
    return anything
