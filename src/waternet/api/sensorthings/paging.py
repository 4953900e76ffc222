"""Where a page ends, and the condition of what comes after it.

The next page is told by the keys of the last entity, not by how many came before: what
is inserted or withdrawn meanwhile moves nothing twice, and nothing is passed over.

References
----------
OData 4.0 part 1, section 11.2.5.7 (server-driven paging); part 2, section 5.1.5
($skiptoken).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from waternet.api.sensorthings.scope import Names
from waternet.errors import NotAcceptable

__all__ = ["Key", "after_token", "order_sql", "read_token", "write_token"]

_LONGEST = 4_000
_WHOLE = re.compile(r"(?:-?\d{1,19}|null)(?:,(?:-?\d{1,19}|null))*")


@dataclass(frozen=True, slots=True)
class Key:
    """One column that entities are ordered by.

    Attributes
    ----------
    is_time : bool
        It is told in microseconds since 1970.
    """

    sql: str
    is_descending: bool = False
    is_time: bool = False

    def told(self, column: str) -> str:
        """Return SQL for the key as a word holds it, of a column that holds the key."""
        return f"epoch_us({column})" if self.is_time else column

    def bound(self, value: object, names: Names) -> str:
        """Return SQL for a value of the key, as a word held it."""
        bound = names.bind(value)
        return f"make_timestamp({bound}::BIGINT)" if self.is_time else bound


def order_sql(keys: Sequence[Key], names: Sequence[str]) -> str:
    """Return what stands after ORDER BY, of columns that hold the keys.

    What is null is least, as in OData 4.0, section 11.2.5.2.
    """
    return ", ".join(
        f"{name} DESC NULLS LAST" if key.is_descending else f"{name} ASC NULLS FIRST"
        for key, name in zip(keys, names, strict=True)
    )


def write_token(values: Sequence[object]) -> str:
    """Return the keys of a page's last entity as one word.

    Examples
    --------
    >>> write_token([1704067200000000, None, 7])
    '1704067200000000,null,7'
    """
    if all(value is None or type(value) is int for value in values):
        return ",".join("null" if value is None else str(value) for value in values)
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode().rstrip("=")


def read_token(token: str, count: int) -> list[object]:
    """Return the keys that a word holds.

    Raises
    ------
    NotAcceptable
        No page of this question ended so.
    """
    values = _token_values(token) if len(token) <= _LONGEST else None
    if (
        not isinstance(values, list)
        or len(values) != count
        or not all(isinstance(one, str | int | float | None) for one in values)
        or any(isinstance(one, int) and abs(one) >= 2**63 for one in values)
    ):
        raise NotAcceptable(
            "$skiptoken is not where a page of this question ended",
            hint="follow @iot.nextLink as it is, or ask without $skiptoken",
        )
    return values


def _token_values(token: str) -> object:
    if _WHOLE.fullmatch(token):
        return [None if one == "null" else int(one) for one in token.split(",")]
    try:
        padded = token + "=" * (-len(token) % 4)
        return orjson.loads(base64.b64decode(padded, b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None


def after_token(keys: Sequence[Key], values: Sequence[object], names: Names) -> str:
    """Return the condition of the entities that come after the keys' values."""
    cases, equal = list[str](), list[str]()
    for key, value in zip(keys, values, strict=True):
        later = _later(key, value, names)
        if later:
            cases.append(" AND ".join([*equal, later]))
        bound = key.bound(value, names)
        equal.append(f"{key.sql} IS NOT DISTINCT FROM {bound}")
    return "(" + " OR ".join(f"({case})" for case in cases) + ")" if cases else "false"


def _later(key: Key, value: object, names: Names) -> str:
    if value is None:
        return "" if key.is_descending else f"{key.sql} IS NOT NULL"
    bound = key.bound(value, names)
    if key.is_descending:
        return f"({key.sql} < {bound} OR {key.sql} IS NULL)"
    return f"{key.sql} > {bound}"
