"""What the options of `session ...` tell, as an act holds it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from waternet.cli.group_options import read_form
from waternet.cli.keep import read_names
from waternet.errors import NotAcceptable, NotFound

__all__ = ["read_call", "read_decisions", "read_delegates", "read_items"]


def read_call(
    told: dict[str, Any], file: Path | None, uid: str, language: str
) -> dict[str, Any]:
    """Return the fields of a call or a change: of a file, and of options over it.

    Parameters
    ----------
    told : mapping
        Of the options; what is empty was not given.
    file : Path or None
        iCalendar (.ics), TOML or JSON.
    uid : str
        Of the event that is meant; '' for the only one.
    language : str
        Of the words of a calendar that does not tell it.
    """
    held: dict[str, Any] = {}
    if file is not None:
        ics = file.suffix.lower() == ".ics"
        held = _read_calendar(file, uid, language) if ics else read_form(file)
    elif uid or language:
        raise NotAcceptable("--uid and --language are about a calendar: give --file")
    return held | {name: one for name, one in told.items() if one}


def read_items(given: Iterable[str]) -> list[dict[str, Any]]:
    """Read an agenda given as ITEM.LANGUAGE=TITLE, in the order in which items come.

    Examples
    --------
    >>> read_items(["wells.en=Wells", "wells.ar=الآبار"])
    [{'id': 'wells', 'titles': {'en': 'Wells', 'ar': 'الآبار'}}]
    """
    found: dict[str, dict[str, str]] = {}
    for one in given:
        named, equals, title = one.partition("=")
        item, _, language = named.rpartition(".")
        if not (item and language and equals and title):
            raise NotAcceptable(
                f"--item {one!r}: expected an id, a language and a title",
                hint="write --item wells.en=Wells",
            )
        found.setdefault(item, {})[language] = title
    return [{"id": item, "titles": titles} for item, titles in found.items()]


def read_delegates(
    names: list[str], office: str, holds: list[str], file: Path | None
) -> list[dict[str, Any]]:
    """Return the delegates that attend: the one of the options, or those of a file."""
    if file is not None:
        if names or office or holds:
            raise NotAcceptable("the delegates are in the file: leave out the names")
        return _only(file, "delegates")
    if not names:
        raise NotAcceptable(
            "nobody is named", hint="--name en='R. Haddad', or --file with several"
        )
    one: dict[str, Any] = {"names": read_names(names)}
    if office:
        one["office"] = office
    if holds:
        one["offices"] = holds
    return [one]


def read_decisions(file: Path | None) -> list[dict[str, Any]]:
    """Return the decisions that a file holds; none where there is no file."""
    found = _only(file, "decisions") if file is not None else []
    if not all(isinstance(one, dict) for one in found):
        raise NotAcceptable(f"{file}: expected decisions with named fields")
    return found


def _only(file: Path, name: str) -> list[Any]:
    form = read_form(file)
    found = form.get(name)
    if len(form) != 1 or not isinstance(found, list):
        raise NotAcceptable(f"{file.name}: expected a list {name!r} alone")
    return found


def _read_calendar(file: Path, uid: str, language: str) -> dict[str, Any]:
    from waternet.workinggroup.interchange.invitation import (
        MOST_CALENDAR,
        read_invitation,
    )

    if not file.is_file():
        raise NotFound(f"no file {file}")
    with file.open("rb") as opened:
        content = opened.read(MOST_CALENDAR + 1)
    return read_invitation(content, language, uid).to_call()
