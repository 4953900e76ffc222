"""Observations as arrays: names once, then values alone.

References
----------
OGC 18-088, section 12 (data array extension).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import orjson

from waternet.api.sensorthings.entity_sql import property_text
from waternet.api.sensorthings.model import KINDS
from waternet.api.sensorthings.options import ID_NAMES, Options
from waternet.api.sensorthings.scope import Names
from waternet.errors import NotAcceptable

__all__ = ["array_sql", "components_of", "data_arrays", "wrap_array"]


def components_of(options: Options) -> list[str]:
    """Return the names of what is wanted of each observation.

    Raises
    ------
    NotAcceptable
        What is selected or expanded has no place in an array.
    """
    if options.expand:
        raise NotAcceptable(
            "$expand has no place in a data array",
            hint="leave out $resultFormat, or $expand",
        )
    properties = KINDS["Observation"].properties
    if not options.select:
        return ["id", *properties]
    selected = [str(path) for path in options.select]
    wanted = ["id" if one in ID_NAMES else one for one in selected]
    for name in wanted:
        if name != "id" and name not in properties:
            raise NotAcceptable(
                f"$select, {name!r:.40} has no place in a data array",
                hint=f"there are id, {', '.join(properties)}",
            )
    return list(dict.fromkeys(wanted))


def array_sql(components: Sequence[str], names: Names) -> str:
    """Return SQL for an observation, in a query `e`, as a JSON array."""
    properties = KINDS["Observation"].properties
    texts = [
        "e.id"
        if name == "id"
        else f"coalesce({property_text(properties[name], 'e', names)}, 'null')"
        for name in components
    ]
    return f"('[' || concat_ws(',', {', '.join(texts)}) || ']')"


def data_arrays(
    base: str, components: Sequence[str], rows: Sequence[tuple[int, str]]
) -> str:
    """Return the arrays of each datastream, in the order in which they come.

    Parameters
    ----------
    rows : sequence of (datastream, JSON array)
    """
    groups: dict[int, list[str]] = {}
    for datastream, ones in groupby(rows, lambda row: row[0]):
        groups.setdefault(datastream, []).extend(text for _, text in ones)
    return ",".join(
        wrap_array(
            base, components, datastream, len(texts), ",".join(texts).encode()
        ).decode()
        for datastream, texts in groups.items()
    )


def wrap_array(
    base: str, components: Sequence[str], datastream: int, count: int, rows: bytes
) -> bytes:
    """Return the arrays of one datastream, with their names; nothing where none are."""
    if not count:
        return b""
    names = orjson.dumps(list(components)).decode()
    start = (
        f'{{"Datastream@iot.navigationLink":"{base}/Datastreams({datastream})",'
        f'"components":{names},"dataArray@iot.count":{count},"dataArray":['
    )
    return b"".join([start.encode(), rows, b"]}"])
