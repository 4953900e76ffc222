"""The commands `session ...`: sessions called, opened, attended, closed."""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli import session_questions
from waternet.cli.group_options import acts, does
from waternet.cli.group_print import print_session
from waternet.cli.paragraphs import read_paragraphs
from waternet.cli.session_telling import (
    read_call,
    read_decisions,
    read_delegates,
    read_items,
)

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_session = typer.Typer(
    no_args_is_help=True,
    help="Call, open, attend and close sessions; list them, and what is due.",
)
_IdArgument = Annotated[str, typer.Argument(help="Its id.")]
_ReasonOption = Annotated[str, typer.Option(help="Why.")]
_TitleOption = Annotated[
    list[str] | None, typer.Option(help="LANGUAGE=TITLE; repeat it.")
]
_FromOption = Annotated[
    str,
    typer.Option(
        "--from", help="First day (2026-11-28), or moment in UTC (...T08:00:00Z)."
    ),
]
_ToOption = Annotated[str, typer.Option("--to", help="Last day, or moment in UTC.")]
_SortOption = Annotated[
    str, typer.Option(help="session, seminar, training or consultation.")
]
_PlaceOption = Annotated[
    list[str] | None, typer.Option(help="LANGUAGE=PLACE; repeat it.")
]
_HostOption = Annotated[str, typer.Option(help="The member that receives the others.")]
_ZoneOption = Annotated[str, typer.Option(help="By whose clock: Asia/Amman.")]
_ItemOption = Annotated[
    list[str] | None,
    typer.Option(help="Of the agenda: ITEM.LANGUAGE=TITLE; repeat it."),
]
_FileOption = Annotated[
    Path | None,
    typer.Option(help="What is not told by options: iCalendar (.ics), TOML or JSON."),
]
_UidOption = Annotated[
    str, typer.Option(help="The event that is meant, where the calendar has several.")
]
_LanguageOption = Annotated[
    str, typer.Option(help="Of the words of a calendar that does not tell it.")
]


@_session.command()
@acts
def call(
    session: _IdArgument,
    body: Annotated[str, typer.Option(help="The committee or group that meets.")] = "",
    title: _TitleOption = None,
    from_: _FromOption = "",
    to: _ToOption = "",
    sort: _SortOption = "",
    place: _PlaceOption = None,
    host: _HostOption = "",
    zone: _ZoneOption = "",
    item: _ItemOption = None,
    file: _FileOption = None,
    uid: _UidOption = "",
    language: _LanguageOption = "",
) -> Callable[[State], Doing]:
    """Call a session: every member is invited, the absent ones too."""
    from waternet.cli.keep import read_names

    options = {
        "body": body,
        "titles": read_names(title or [], "--title"),
        "from": from_,
        "to": to or from_,
        "sort": sort,
        "place": read_names(place or [], "--place"),
        "host": host,
        "zone": zone,
        "agenda": read_items(item or []),
    }
    plain = {"sort": "session", "agenda": []}
    told = plain | read_call(options, file, uid, language)
    return does("session.call", session, told)


@_session.command()
@acts
def change(
    session: _IdArgument,
    reason: _ReasonOption,
    title: _TitleOption = None,
    from_: _FromOption = "",
    to: _ToOption = "",
    sort: _SortOption = "",
    place: _PlaceOption = None,
    host: _HostOption = "",
    zone: _ZoneOption = "",
    item: _ItemOption = None,
    file: _FileOption = None,
    uid: _UidOption = "",
    language: _LanguageOption = "",
) -> Callable[[State], Doing]:
    """Change what was said of a session: day, place, agenda..."""
    from waternet.cli.keep import read_names

    options = {
        "titles": read_names(title or [], "--title"),
        "from": from_,
        "to": to,
        "sort": sort,
        "place": read_names(place or [], "--place"),
        "host": host,
        "zone": zone,
        "agenda": read_items(item or []),
    }
    told = {**read_call(options, file, uid, language), "reason": reason}
    return does("session.change", session, told)


@_session.command()
@acts
def cancel(session: _IdArgument, reason: _ReasonOption) -> Callable[[State], Doing]:
    """Cancel a session that was called."""
    return does("session.cancel", session, {"reason": reason})


@_session.command("open")
@acts
def open_(
    session: _IdArgument,
    give_way_to: Annotated[
        str,
        typer.Option(help="This member opened it at the same time, and shall chair."),
    ] = "",
) -> Callable[[State], Doing]:
    """Open a session, and chair it: one who holds the gavel may."""
    from waternet.node.acting import Doing
    from waternet.node.sittings import give_way

    def planned(state: State) -> Doing:
        if give_way_to:
            return give_way(state, session, give_way_to)
        return Doing("session.open", session)

    return planned


@_session.command()
@acts
def attend(
    session: _IdArgument,
    name: Annotated[
        list[str] | None,
        typer.Option(help="LANGUAGE=NAME of a delegate; once for each language."),
    ] = None,
    office: Annotated[str, typer.Option(help="What the delegate is at home.")] = "",
    holds: Annotated[
        list[str] | None,
        typer.Option(help="Id of an office that the delegate holds; repeat it."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="Several delegates (TOML or JSON: a list 'delegates')."),
    ] = None,
) -> Callable[[State], Doing]:
    """Say who is there for one's party, at a session that is open."""
    told = {"delegates": read_delegates(name or [], office, holds or [], file)}
    return does("session.attend", session, told)


@_session.command()
@acts
def paper(
    session: _IdArgument,
    file: Annotated[Path, typer.Argument(help="The document.")],
    title: Annotated[list[str], typer.Option(help="LANGUAGE=TITLE; repeat it.")],
    media_type: Annotated[
        str, typer.Option(help="As application/pdf [default: by the file's name].")
    ] = "",
    language: Annotated[str, typer.Option(help="In which it is written.")] = "",
) -> Callable[[State], Doing]:
    """Lay a document before a session: every member can read it, whoever comes."""
    from waternet.cli.keep import read_names
    from waternet.node.acting import Doing
    from waternet.node.documents import describe_document

    guessed = guess_type(file.name)[0] or "application/octet-stream"
    told: dict[str, Any] = {
        "titles": read_names(title, "--title"),
        "name": file.name,
        "media_type": media_type or guessed,
        **describe_document(file),
    }
    if language:
        told["language"] = language
    return lambda _state: Doing("session.paper", session, told, document=file)


@_session.command()
@acts
def close(
    session: _IdArgument,
    minutes: Annotated[
        list[str] | None,
        typer.Option(
            help="LANGUAGE=FILE; repeat it. An empty line in it ends a paragraph."
        ),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(help="What was decided (TOML or JSON: a list 'decisions')."),
    ] = None,
) -> Callable[[State], Doing]:
    """Close a session with minutes and decisions: its chair does."""
    from waternet.node.sittings import closing_of

    found = read_decisions(decisions)
    words = read_paragraphs(minutes or [])
    return lambda state: closing_of(state, session, words, found)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    session_questions.add_questions(_session)
    _session.command("print")(print_session)
    app.add_typer(_session, name="session")
