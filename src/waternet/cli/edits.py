"""Commands with which people judge figures: edit, edits, review."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, isolated, say, show_facts
from waternet.cli.typed import moment
from waternet.errors import NotAcceptable

if TYPE_CHECKING:
    from datetime import tzinfo

    from waternet.node.folder import Node
    from waternet.quality.edits import Edit

__all__ = ["add_commands"]

_RELEASE = re.compile(r"([^:]+):(\d+)")
_EDITING = ("mark", "comment", "correct", "interpolate", "status", "undo")


def edit(
    operation: Annotated[
        str,
        typer.Argument(help="mark, comment, correct, interpolate, status or undo."),
    ],
    pending: Annotated[str, typer.Argument(help="Its name, e.g. 0001-levels.")],
    series: Annotated[
        str, typer.Argument(help="FEATURE/PROPERTY; for undo the edit's number.")
    ],
    start: Annotated[str, typer.Option("--from", help="The first time.")] = "",
    end: Annotated[
        str, typer.Option("--to", help="Up to here; else the one figure at --from.")
    ] = "",
    grade: Annotated[str, typer.Option(help="mark: good, suspect or bad.")] = "",
    value: Annotated[str, typer.Option(help="correct: the figure, or <LIMIT.")] = "",
    status: Annotated[str, typer.Option(help="status, correct: how it came.")] = "",
    author: Annotated[str, typer.Option(help="Who says so.")] = "",
    reason: Annotated[str, typer.Option(help="Why; the comment itself.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Change what a pending import says of a figure; the raw one is kept."""
    from waternet.node.editing import add_edit, find_datastream, undo_edit
    from waternet.node.pending import get_pending

    if operation not in _EDITING:
        raise NotAcceptable(
            f"no operation {operation!r}", hint=f"there are {', '.join(_EDITING)}"
        )
    opened = opened_node(node)
    zone = "UTC"
    with opened.writing():
        if operation == "undo":
            done = undo_edit(opened, pending, _number(series), author, reason)
        else:
            stream = find_datastream(get_pending(opened, pending), series)
            zone = stream.zone
            done = add_edit(
                opened,
                pending,
                operation=operation,
                datastream=stream.name,
                start=_exact(start, zone, "--from"),
                end=_exact(end, zone, ""),
                grade=grade,
                value=value,
                status=status,
                author=author,
                reason=reason,
            )
    _show_done(done, zone, json=json)


def edits(
    pending: Annotated[
        str, typer.Argument(help="A pending import, or PARTY:RELEASE, e.g. jordan:9.")
    ],
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """List what people changed in an import or a release, and who reviewed it."""
    found, zones = _edits_of(opened_node(node), pending)
    undone = {one.number for one in found if one.operation == "undo"}
    if chosen_form(json=json) is Form.JSON:
        rows = [
            {"number": number, **_plain(one), "undone": number in undone}
            for number, one in enumerate(found, 1)
        ]
        show_facts({"edits": rows}, Form.JSON)
        return
    for number, one in enumerate(found, 1):
        zone = zones.get(one.datastream, "UTC")
        say(f"{number}  {_sentence(one, zone)}" + "; undone" * (number in undone))
        say(
            f"   {isolated(one.author)}, {one.made}: {isolated(one.reason)}".rstrip(
                ": "
            )
        )
    if not found:
        say("no edits")


def review(
    pending: Annotated[str, typer.Argument(help="Its name, e.g. 0001-levels.")],
    reviewer: Annotated[
        str, typer.Option(help="Who looked at it; no author of edits.")
    ],
    note: Annotated[str, typer.Option(help="What there is to say.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Record that a second person looked at an import as it stands."""
    from waternet.node.reviewing import review_pending

    opened = opened_node(node)
    with opened.writing():
        done = review_pending(opened, pending, reviewer, note)
    _show_done(done, "UTC", json=json)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (edit, edits, review):
        app.command()(command)


def _show_done(done: Edit, zone: str, *, json: bool) -> None:
    if chosen_form(json=json) is Form.JSON:
        show_facts(_plain(done), Form.JSON)
    else:
        say(_sentence(done, zone))


def _plain(one: Edit) -> dict[str, Any]:
    written = one.to_json()
    names = {"start": "from", "end": "to"}
    return {names.get(name, name): value for name, value in written.items()}


def _sentence(one: Edit, zone: str) -> str:
    """Say an edit in one line, its times by the owner's clock."""
    if one.operation == "undo":
        return f"undo of edit {one.number}"
    if one.operation == "review":
        return f"review of {one.digest[:16]}..."
    what = one.grade or one.value or one.status
    words = f"{one.operation} {what}".strip() + f": {one.datastream}"
    words += f" {_told(one.start, zone)}"
    words += f" to {_told(one.end, zone)}" if one.end else ""
    return words + _before(one)


def _before(one: Edit) -> str:
    """Say what was there before: the raw figure where it was one."""
    if one.operation in ("correct", "interpolate"):
        told = [row[1] or "none" for row in one.before[:3]]
        more = ", ..." * (len(one.before) > 3)
        return f" (before: {', '.join(told)}{more})"
    return ""


def _told(time: str, zone: str) -> str:
    from datetime import datetime

    try:
        when = datetime.fromisoformat(time).astimezone(_clock(zone))
    except OverflowError:
        return time  # the last day that a calendar has
    local = when.isoformat(timespec="minutes")
    return local.replace("+00:00", "Z")


def _clock(zone: str) -> tzinfo:
    from waternet.formats.zones import find_zone

    return find_zone(zone)


def _exact(text: str, zone: str, needed: str) -> str:
    """Return a time as typed, by the owner's clock, as an edit writes it."""
    from waternet.record.fields import write_time

    when = moment(text, _clock(zone))
    if when is None and needed:
        raise NotAcceptable(
            f"the edit needs {needed}", hint="--from 2015-06-30 [--to 2015-07-02]"
        )
    return write_time(when.astimezone(UTC)) if when else ""


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise NotAcceptable(
            f"{text!r} is not the number of an edit", hint="'waternet edits' lists them"
        )
    return int(text)


def _edits_of(node: Node, name: str) -> tuple[Sequence[Edit], dict[str, str]]:
    """Return the edits of an import or a release, and the datastreams' zones."""
    from waternet.bank.standing import standing_datastreams
    from waternet.cli.answer import ready_bank
    from waternet.node.pending import get_pending
    from waternet.node.reasons import read_reasons

    if release := _RELEASE.fullmatch(name):
        party = release[1]
        with ready_bank(node) as bank:
            streams = standing_datastreams(bank, party)
        reasons = read_reasons(node, party, int(release[2]))
        return reasons.edits, {name: one.zone for name, one in streams.items()}
    pending = get_pending(node, name)
    return pending.edits, {one.name: one.zone for one in pending.datastreams}
