"""Canonical JSON of whole numbers and text: one meaning has one spelling.

References
----------
RFC 8785 (JSON canonicalization scheme).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import rfc8785

from waternet.errors import NotAcceptable
from waternet.record.fields import LARGEST_INTEGER

__all__ = ["read_canonical", "write_canonical"]

# The standard library's encoder, which is six times as fast as `rfc8785`, writes the
# same bytes but for the order of fields with names from here on: RFC 8785 sorts by
# UTF-16, where what lies past U+FFFF comes before U+E000.
_SORTED_OTHERWISE = re.compile("[\ue000-\U0010ffff]")
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)


def write_canonical(written: Mapping[str, Any]) -> bytes:
    """Return an object in its one spelling.

    Raises
    ------
    NotAcceptable
        It holds what canonical JSON cannot: a lone surrogate, a number past 2**53.
    """
    try:
        return rfc8785.dumps(dict(written))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotAcceptable(f"not canonical JSON: {error}") from error


def read_canonical(line: str) -> dict[str, Any]:
    """Read an object of text and whole numbers that is spelt as RFC 8785 says.

    Parameters
    ----------
    line : str
        Valid Unicode, without a newline.

    Raises
    ------
    NotAcceptable
        It is not JSON, spelt otherwise, no object, or holds another number.

    Examples
    --------
    >>> read_canonical('{"a":1,"b":["c"]}')
    {'a': 1, 'b': ['c']}
    """
    try:
        written = _DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"an entry is one line of JSON: {error}") from error
    if not isinstance(written, dict):
        raise NotAcceptable("an entry is a JSON object")
    try:
        canonical = _is_canonical(written, line)
    except RecursionError as error:
        raise NotAcceptable("the entry's JSON is nested too deeply") from error
    if not canonical:
        raise NotAcceptable(
            "the entry's JSON is not in its canonical form (RFC 8785)",
            hint="an entry is read from the bytes that were signed, never re-written",
        )
    return written


def _is_canonical(written: dict[str, Any], line: str) -> bool:
    if _SORTED_OTHERWISE.search(line):
        return write_canonical(written) == line.encode()
    return _ENCODER.encode(written) == line


def _refuse_number(text: str) -> NoReturn:
    raise NotAcceptable(f"an entry holds whole numbers only, not {text[:40]}")


def _whole_number(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST_INTEGER:
        raise NotAcceptable(f"an entry holds no number as large as {text[:40]}")
    return number


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotAcceptable("an entry gives one field twice")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_repeats,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
    parse_int=_whole_number,
)
