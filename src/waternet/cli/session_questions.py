"""The questions among the commands `session ...`: lists, records, what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.group_options import GroupOption, Shown, asked_state, shows
from waternet.cli.options import NodeOption, opened_node
from waternet.cli.paragraphs import in_all, paragraph_lines
from waternet.cli.show import say, whole_file
from waternet.errors import NotAcceptable, NotFound

if TYPE_CHECKING:
    from waternet.workinggroup.session_record import SessionRecord
    from waternet.workinggroup.state import State
    from waternet.workinggroup.verb import Taken

__all__ = ["add_questions"]

_IdArgument = Annotated[str, typer.Argument(help="Its id.")]
_BodyOption = Annotated[str, typer.Option(help="Of this body of the charter only.")]


@shows
def list_all(body: _BodyOption = "") -> Callable[[State], Shown]:
    """List sessions, the earliest first."""
    from waternet.workinggroup.session_record import list_sessions

    def shown(state: State) -> Shown:
        rows = [
            {
                "id": one.thing.id,
                "from": one.session.begins,
                "to": one.session.ends,
                "body": one.session.body,
                "sort": one.session.sort,
                "standing": "two chairs" if one.chairs else one.session.standing,
                "chair": one.session.chair,
                "invited": len(one.invited),
                "present": len(one.present),
                "decisions": len(one.session.decisions),
                "reported_by": _reporter(one.thing.changes[0]),
                "title": in_all(one.session.titles),
            }
            for one in list_sessions(state)
            if body in ("", one.session.body)
        ]
        return Shown(rows=rows)

    return shown


@shows
def show(session: _IdArgument) -> Callable[[State], Shown]:
    """Show a session: who was invited, who came, papers, minutes, decisions, tasks."""
    from waternet.workinggroup.session_record import session_record

    def shown(state: State) -> Shown:
        record = session_record(state, state.thing("session", session))
        lines = "\n".join(_lines(record)) + "\n"
        return Shown(facts=record.to_json(), text=lines)

    return shown


@shows
def calendar(
    language: Annotated[
        str, typer.Option(help="Of titles [default: the charter's first by code].")
    ] = "",
    body: _BodyOption = "",
) -> Callable[[State], Shown]:
    """Write sessions and tasks as iCalendar, for any program that keeps a calendar."""
    from waternet.workinggroup.interchange.calendar import write_calendar

    def shown(state: State) -> Shown:
        known = state.charter.languages if state.charter else ()
        chosen = language or next(iter(known), "")
        return Shown(text=write_calendar(state, chosen, body).decode())

    return shown


@shows
def due(
    days: Annotated[int, typer.Option(min=0, help="Within so many days.")] = 30,
    today: Annotated[
        str, typer.Option(help="Counted from that day [default: today].")
    ] = "",
    member: Annotated[str, typer.Option(help="What concerns this member only.")] = "",
) -> Callable[[State], Shown]:
    """List what is due and overdue: sessions, tasks, objections, pledges, projects."""
    from waternet.workinggroup.reminders import list_due

    first = _day(today) if today else datetime.now(UTC).date()

    def shown(state: State) -> Shown:
        rows = [
            {
                "day": one.day,
                "days": one.days,
                "kind": one.kind,
                "id": one.id,
                "members": ", ".join(one.members),
                "title": in_all(one.titles),
            }
            for one in list_due(state, first, days)
            if member in ("", *one.members)
        ]
        return Shown(rows=rows)

    return shown


def read(
    session: _IdArgument,
    name: Annotated[str, typer.Argument(help="The document's name.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    group: GroupOption = "",
    node: NodeOption = None,
) -> None:
    """Write a document of a session to a file, verified against its hash."""
    from waternet.node.documents import read_document
    from waternet.workinggroup.session_record import session_record

    opened = opened_node(node)
    with asked_state(opened, group) as (bank, state):
        record = session_record(state, state.thing("session", session))
        # Two papers may have one name: the beginning of a hash tells them apart.
        found = [one for one in record.papers if name == one.name or one.sha256 == name]
        if len(found) != 1:
            told = ", ".join(f"{one.name} ({one.sha256})" for one in record.papers)
            raise NotFound(
                f"{len(found)} documents of {session!r} are named {name!r}",
                hint=f"by name or hash: {told}" if told else "it has none",
            )
        paper = found[0]
        content = read_document(opened, bank, paper.taken.act.party, paper.taken.index)
    with whole_file(output) as sink:
        sink.write(content)
    say(f"{output}: {len(content):,} bytes, SHA-256 {paper.sha256}")


def add_questions(session: typer.Typer) -> None:
    """Add these questions to the commands of sessions."""
    for name, question in (
        ("list", list_all),
        ("show", show),
        ("read", read),
        ("calendar", calendar),
        ("due", due),
    ):
        session.command(name)(question)


def _lines(record: SessionRecord) -> Iterator[str]:
    session = record.session
    chairs = f"two chairs: {', '.join(record.chairs)}" if record.chairs else ""
    days = f"{session.begins} to {session.ends}"
    yield in_all(session.titles)
    yield f"{session.sort} of {session.body}, {days}: {chairs or session.standing}"
    if session.place:
        yield f"place: {in_all(session.place)}"
    yield from _told(record.thing.changes[0])
    for number, item in enumerate(session.agenda, 1):
        yield f"{number}. {in_all(item.titles)}"
    yield from _people(record)
    yield from _business(record)
    yield from paragraph_lines(session.minutes)


def _people(record: SessionRecord) -> Iterator[str]:
    """Yield who chaired it, who was invited, who came and who of them."""
    for what, members in (
        ("chair", (record.session.chair,)),
        ("invited", record.invited),
        ("present", record.present),
        ("missing", record.missing),
    ):
        if any(members):
            yield f"{what}: {', '.join(members)}"
    for one in record.attendances:
        names = "; ".join(in_all(delegate["names"]) for delegate in one.delegates)
        late = "" if one.in_time else " (after the closing)"
        yield f"{one.member}: {names}{late}"
        yield from _told(one.taken)


def _business(record: SessionRecord) -> Iterator[str]:
    """Yield documents, decisions and tasks."""
    for paper in record.papers:
        of = paper.taken.act.member
        yield f"document {paper.name}, of {of}: {in_all(paper.titles)}"
    for decision in record.session.decisions:
        yield f"decision {decision.id}: {in_all(decision.words)}"
    for task in record.tasks:
        held = task.value
        yield f"task {task.id}: {held.owner}, {held.due}: {held.standing}"


def _told(one: Taken) -> Iterator[str]:
    if one.act.of:
        yield f"reported by {one.act.party} from {one.act.source}"


def _reporter(one: Taken) -> str:
    return one.act.party if one.act.of else ""


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise NotAcceptable(
            f"--today {told!r}: expected a day as 2026-11-28"
        ) from error
