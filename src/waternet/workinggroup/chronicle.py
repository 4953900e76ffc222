"""Chronicles: what an archive tells of a group, brought into its record as reports.

::

    [[report]]
    as = "madrid"
    act = "session.call"
    subject = "madrid"
    of = "spain"
    date = "1991-10-30"
    source = "Minutes of the conference"
    on = ["charter"]

    [report.body]
    titles = {en = "Conference"}

    [report.body.charter]
    "@" = "charter-1992.toml"
    excluded = ["council"]

Each report is an act that the charter's keeper signs, with its day and its source. A
name given with 'as' stands for the id that the act will get: in 'on', and as '=name' in
the body; '=sha256:name' is the hash of the charter that the report proposes. '@' stands
for what another file holds; what is written beside it replaces fields of that, in lists
of tables those of the same 'id'. Nothing is left to whoever replays it: the same files
say the same acts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waternet.errors import NotAcceptable, NotFound
from waternet.record.fields import (
    Check,
    verify_fields,
    verify_name,
    verify_text,
    verify_texts,
)
from waternet.workinggroup.charter_form import read_charter

__all__ = ["MOST_REPORTS", "Report", "enact", "read_chronicle"]

MOST_REPORTS = 5_000


@dataclass(frozen=True, slots=True)
class Report:
    """One line of a chronicle.

    Attributes
    ----------
    name : str
        By which later reports name it; '' where none does.
    verb, subject, of, date, source : str
        As an act has them.
    on : tuple of str
        Names of earlier reports, or ids of acts.
    body : mapping
    charter : str
        Name of the report, or id of the act, that adopted the charter; '' for the one
        in force when the chronicle is entered, or adopted last by the chronicle.
    """

    name: str
    verb: str
    subject: str
    of: str
    date: str
    source: str
    on: tuple[str, ...]
    body: Mapping[str, Any]
    charter: str = ""


_FIELDS: Mapping[str, Check] = {
    "act": verify_text,
    "subject": verify_name,
    "of": verify_name,
    "date": verify_text,
}
_OPTIONAL: Mapping[str, Check] = {
    "as": verify_name,
    "on": verify_texts,
    "body": lambda _value, _at: None,
    "charter": verify_text,
    "source": verify_text,
}


def read_chronicle(
    text: str, name: str, read: Callable[[str], str]
) -> tuple[Report, ...]:
    """Read a chronicle's file.

    Parameters
    ----------
    text : str
        TOML: tables [[report]]; 'source' at the top is that of all reports that give
        no other.
    name : str
        Of the file, for the message.
    read : function of str returning str
        Reads another file, named by '@'.

    Raises
    ------
    NotAcceptable
        A file is not TOML, or a report is not as it must be; the message says which.
    """
    written = _tables(text, name)
    told = written.get("report")
    if not isinstance(told, list) or not 1 <= len(told) <= MOST_REPORTS:
        raise NotAcceptable(
            f"{name}: expected 1 to {MOST_REPORTS:,} tables [[report]]",
            hint="docs/how-to/enter-a-chronicle.md shows one",
        )
    if unknown := sorted(set(written) - {"report", "source"}):
        raise NotAcceptable(f"{name}: key {unknown[0]!r} is not known")
    common = str(written.get("source", ""))
    return tuple(
        _read(_whole(one, read), f"{name}: report {number}", common)
        for number, one in enumerate(told, 1)
    )


def _tables(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise NotAcceptable(f"{name} is not TOML: {error}") from error


def _whole(value: Any, read: Callable[[str], str]) -> Any:
    """Return a value with '@' replaced by what that file holds."""
    if isinstance(value, list):
        return [_whole(one, read) for one in value]
    if not isinstance(value, dict):
        return value
    held = {name: _whole(one, read) for name, one in value.items() if name != "@"}
    if "@" not in value:
        return held
    name = value["@"]
    if not isinstance(name, str):
        raise NotAcceptable(f"'@' is {name!r:.40}, not the name of a file")
    return _merged(_tables(read(name), name), held)


def _merged(before: Any, after: Any) -> Any:
    """Return `before` with what `after` says instead."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            name: _merged(before[name], after[name])
            if name in before and name in after
            else after.get(name, before.get(name))
            for name in {**before, **after}
        }
    if _by_id(before) and _by_id(after):
        later = {one["id"]: one for one in after}
        kept = [_merged(one, later.pop(one["id"], {})) for one in before]
        return [*kept, *later.values()]
    return after


def _by_id(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and "id" in one for one in value
    )


def _read(written: Any, at: str, common: str) -> Report:
    verify_fields(written, _FIELDS, at, _OPTIONAL)
    source = written.get("source", common)
    if not source:
        raise NotAcceptable(
            f"{at}: field 'source' is missing", hint="give one, or one for all above"
        )
    return Report(
        name=written.get("as", ""),
        verb=written["act"],
        subject=written["subject"],
        of=written["of"],
        date=written["date"],
        source=source,
        on=tuple(written.get("on", ())),
        body=written.get("body", {}),
        charter=written.get("charter", ""),
    )


def enact(
    reports: Sequence[Report],
    sign: Callable[[Report], str],
    known: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Sign every report in its turn, names replaced by ids.

    Parameters
    ----------
    reports : sequence of Report
    sign : function of Report returning str
        Makes the act; returns its id.
    known : mapping of name to id
        Names from before; None for none.

    Returns
    -------
    mapping of name to id

    Raises
    ------
    NotFound
        A report names none that comes before it; the message says which.
    NotAcceptable
        Two reports have one name.
    """
    names = dict(known or {})
    for number, report in enumerate(reports, 1):
        at = f"report {number} ({report.verb} {report.subject})"
        made = Report(
            name=report.name,
            verb=report.verb,
            subject=report.subject,
            of=report.of,
            date=report.date,
            source=report.source,
            on=tuple(_id(one, names, at) for one in report.on),
            body=_named(report.body, names, at),
            charter=_id(report.charter, names, at) if report.charter else "",
        )
        done = sign(made)
        if report.name in names:
            raise NotAcceptable(f"{at}: an earlier report is named {report.name!r}")
        if report.name:
            names[report.name] = done
            if "charter" in made.body:
                hashed = read_charter(made.body["charter"], at).sha256
                names[f"sha256:{report.name}"] = hashed
    return names


def _id(name: str, names: Mapping[str, str], at: str) -> str:
    if name in names:
        return names[name]
    if len(name) == 64 and set(name) <= set("0123456789abcdef"):
        return name
    raise NotFound(f"{at}: no earlier report is named {name!r}")


def _named(value: Any, names: Mapping[str, str], at: str) -> Any:
    """Return a value with '=name' replaced by the id of that report."""
    if isinstance(value, str):
        return _id(value[1:], names, at) if value.startswith("=") else value
    if isinstance(value, Mapping):
        return {name: _named(one, names, at) for name, one in value.items()}
    if isinstance(value, list):
        return [_named(one, names, at) for one in value]
    return value
