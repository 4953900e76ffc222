"""Taking away all those of a set that a filter chooses, or none.

References
----------
FROST-Server, "Filtered Deletes" (an extension of SensorThings 1.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from waternet.api.parameters import query_pairs
from waternet.api.sensorthings.desk_session import DeskSession
from waternet.api.sensorthings.writing import carry_out
from waternet.errors import NotAcceptable

__all__ = ["find_chosen", "remove_chosen"]

_MOST = 10_000  # entities at once


def find_chosen(
    path: str, query: str, read: Callable[[str, str], tuple[int, Any]]
) -> list[int]:
    """Find what a DELETE of a set with a filter is about.

    Parameters
    ----------
    path : str
        To the set, decoded.
    query : str
        With $filter alone, encoded.
    read : function of (path, query)
        Answers a GET with its status and its body.

    Returns
    -------
    list of int
        Numbers.

    Raises
    ------
    NotAcceptable
        There are other options, or it chooses too many.
    """
    names = [name for name, _ in query_pairs(query)]
    if names != ["$filter"]:
        raise NotAcceptable(
            f"DELETE of {path!r:.80} with {', '.join(names)[:100]}",
            hint="a DELETE of several is told by $filter alone",
        )
    condition = quote(query_pairs(query)[0][1])
    _, body = read(path, f"$select=id&$top={_MOST + 1}&$filter={condition}")
    chosen = [int(one["@iot.id"]) for one in body["value"]]
    if len(chosen) > _MOST:
        raise NotAcceptable(
            f"DELETE of {path!r:.80} chooses more than {_MOST} at once",
            hint="narrow the filter, and send several",
        )
    return chosen


def remove_chosen(session: DeskSession, plural: str, numbers: Sequence[int]) -> None:
    """Take entities of one set away; where one cannot be, none is."""
    for number in numbers:
        carry_out(session, "DELETE", f"{plural}({number})", None)
