"""What a field of an entry may hold: the checks from which the kinds are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

from waternet.errors import NotAcceptable
from waternet.observation.legible import verify_legible
from waternet.observation.place import verify_id
from waternet.record.note import Verifier

__all__ = [
    "LARGEST_INTEGER",
    "Check",
    "Reference",
    "blob_check",
    "verify_choice",
    "verify_fields",
    "verify_integer",
    "verify_key",
    "verify_labels",
    "verify_name",
    "verify_nested",
    "verify_sha256",
    "verify_text",
    "verify_texts",
    "verify_time",
    "write_seconds",
    "write_time",
]

Check: TypeAlias = Callable[[Any, str], None]

LARGEST_INTEGER = 2**53 - 1  # the largest one that every reader of JSON keeps
_LAST_SECOND = 253_402_300_799  # of the year 9999
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.(?!000000)[0-9]{6})?Z"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A blob that an entry names.

    Attributes
    ----------
    sha256 : str
        Of its bytes, 64 lower-case hexadecimal digits.
    bytes : int
    count : int
        What it holds: observations, places, datastreams, findings, edits or rules.
    """

    sha256: str
    bytes: int
    count: int

    def to_json(self, counted: str = "count") -> dict[str, str | int]:
        """Return it as an entry's field; observations are counted in 'rows'."""
        return {"sha256": self.sha256, "bytes": self.bytes, counted: self.count}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Reference:
        """Read an entry's field that passed `verify_fields`."""
        count = written["rows"] if "rows" in written else written["count"]
        return cls(written["sha256"], written["bytes"], count)


def verify_fields(
    given: Mapping[str, Any],
    fields: Mapping[str, Check],
    at: str,
    optional: Mapping[str, Check] = MappingProxyType({}),
) -> None:
    """Raise `NotAcceptable` unless `given` has `fields`, each as it must be.

    Parameters
    ----------
    given : mapping
    fields : mapping of name to check
    at : str
        Where this is, for the message: "a 'release' entry".
    optional : mapping of name to check
        Fields that may be there too. Any other is refused.
    """
    if not isinstance(given, Mapping):
        raise NotAcceptable(f"{at}: expected named fields, got {given!r:.80}")
    if not fields.keys() <= given.keys():
        missing = fields.keys() - given.keys()
        raise NotAcceptable(f"{at}: field {min(missing)!r} is missing")
    for name, held in given.items():
        check = fields.get(name) or optional.get(name)
        if check is None:
            raise NotAcceptable(
                f"{at}: field {name!r} is not known",
                hint="a later version of Waternet may know it",
            )
        check(held, f"{at}: {name!r}")


def verify_text(value: Any, at: str) -> None:
    """Raise unless it is text that reads as it is: not empty, NFC, nothing hidden."""
    if not isinstance(value, str) or not value:
        raise NotAcceptable(f"{at}: expected text, got {value!r:.80}")
    verify_legible(value, at)


def verify_integer(value: Any, at: str, least: int = 0) -> None:
    """Raise unless it is a whole number from `least` to 2**53 - 1."""
    if type(value) is not int or not least <= value <= LARGEST_INTEGER:
        raise NotAcceptable(
            f"{at}: expected a whole number from {least}, got {value!r:.80}"
        )


def verify_time(value: Any, at: str) -> None:
    """Raise unless it is a moment in UTC as '2026-11-22T08:00:00Z'.

    Microseconds, where there are any, have six digits.
    """
    try:
        if isinstance(value, str) and _TIME.fullmatch(value):
            datetime.fromisoformat(value)
            return
    except ValueError:
        pass  # the 30th of February, or the year 0
    raise NotAcceptable(f"{at}: expected '2026-11-22T08:00:00Z', got {value!r:.80}")


def write_time(moment: datetime | None) -> str:
    """Write a moment of UTC as `verify_time` wants it; '' for none.

    Examples
    --------
    >>> write_time(datetime(2026, 11, 22, 8))
    '2026-11-22T08:00:00Z'
    """
    if moment is None:
        return ""
    exact = "microseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=exact) + "Z"


def write_seconds(seconds: int) -> str:
    """Write a moment given in seconds since 1970, UTC, as `write_time` does.

    Examples
    --------
    >>> write_seconds(1679315147), write_seconds(2**62)
    ('2023-03-20T12:25:47Z', '4611686018427387904 seconds after 1970')
    """
    if seconds > _LAST_SECOND:
        return f"{seconds} seconds after 1970"
    return write_time(datetime.fromtimestamp(seconds, UTC))


def verify_name(value: Any, at: str) -> None:
    """Raise unless it is the id of a dataset, rule set...: see `verify_id`."""
    verify_text(value, at)
    verify_id(value, at)


def verify_choice(value: Any, at: str, choices: tuple[str, ...]) -> None:
    """Raise unless it is one of `choices`."""
    if value not in choices:
        raise NotAcceptable(
            f"{at}: expected {' or '.join(map(repr, choices))}, got {value!r:.80}"
        )


def verify_texts(value: Any, at: str) -> None:
    """Raise unless it is a list of texts; it may be empty."""
    if not isinstance(value, list):
        raise NotAcceptable(f"{at}: expected a list, got {value!r:.80}")
    for text in value:
        verify_text(text, at)


def verify_labels(value: Any, at: str) -> None:
    """Raise unless it is text by language; it may be empty."""
    if not isinstance(value, Mapping):
        raise NotAcceptable(f"{at}: expected text by language, got {value!r:.80}")
    for language, text in value.items():
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            raise NotAcceptable(f"{at}: {language!r:.80} is not a language's code")
        verify_text(text, f"{at} in {language!r}")


def verify_sha256(value: Any, at: str) -> None:
    """Raise unless it is a SHA-256 in 64 lower-case hexadecimal digits."""
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise NotAcceptable(f"{at}: expected 64 hexadecimal digits, got {value!r:.80}")


def verify_key(value: Any, at: str) -> None:
    """Raise unless it is a verifier key of a log or a steward."""
    verify_text(value, at)
    Verifier.from_text(value)


def blob_check(counted: str) -> Check:
    """Return what checks a reference to a blob that counts in 'rows' or 'count'."""
    fields: Mapping[str, Check] = {
        "sha256": verify_sha256,
        "bytes": partial(verify_integer, least=1),
        counted: partial(verify_integer, least=1),
    }
    return partial(verify_nested, fields=fields)


def verify_nested(value: Any, at: str, fields: Mapping[str, Check]) -> None:
    """Raise unless it is an object with just these fields."""
    verify_fields(value, fields, at)
