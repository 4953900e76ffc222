"""The commands `letter ...`: correspondence, with what was understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.group_options import Shown, acts, does, read_form, shows
from waternet.cli.paragraphs import in_all, paragraph_lines, read_paragraphs
from waternet.errors import NotAcceptable

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.state import State
    from waternet.workinggroup.thing import Thing
    from waternet.workinggroup.verb import Taken

__all__ = ["add_commands"]

_letter = typer.Typer(no_args_is_help=True, help="Send letters, and reply to them.")
_IdArgument = Annotated[str, typer.Argument(help="Its id.")]
_WordsOption = Annotated[
    list[str],
    typer.Option(
        help="LANGUAGE=FILE; repeat it. An empty line in it ends a paragraph."
    ),
]


@_letter.command()
@acts
def send(
    letter: _IdArgument,
    to: Annotated[list[str], typer.Option(help="A member; repeat it.")],
    title: Annotated[list[str], typer.Option(help="LANGUAGE=TITLE; repeat it.")],
    words: _WordsOption,
    sort: Annotated[
        str, typer.Option(help="letter, proposal or invitation.")
    ] = "letter",
) -> Callable[[State], Doing]:
    """Send a letter to members of the group. All of the group can read it."""
    from waternet.cli.keep import read_names

    told = {
        "to": to,
        "titles": read_names(title, "--title"),
        "words": read_paragraphs(words),
        "sort": sort,
    }
    return does("letter.send", letter, told)


@_letter.command()
@acts
def reply(
    letter: _IdArgument,
    answer: Annotated[str, typer.Option(help="accepts, declines or answers.")],
    words: _WordsOption,
    understandings: Annotated[
        Path | None,
        typer.Option(
            help="What is understood in accepting (TOML or JSON: a list "
            "'understandings' of texts by language)."
        ),
    ] = None,
) -> Callable[[State], Doing]:
    """Reply to a letter; what was understood stays with the acceptance."""
    told: dict[str, Any] = {"answer": answer, "words": read_paragraphs(words)}
    if understandings is not None:
        form = read_form(understandings)
        if set(form) != {"understandings"}:
            raise NotAcceptable(
                f"{understandings.name}: expected a list 'understandings' alone"
            )
        told |= form
    return does("letter.reply", letter, told)


@_letter.command("list")
@shows
def list_all() -> Callable[[State], Shown]:
    """List letters, the earliest first."""
    from waternet.workinggroup.letters import list_letters, list_replies

    def shown(state: State) -> Shown:
        rows = [
            {
                "id": thing.id,
                "day": letter.day,
                "from": letter.sender,
                "to": ", ".join(letter.to),
                "sort": letter.sort,
                "replies": ", ".join(
                    f"{one.member} {one.answer}" for one in list_replies(thing)
                ),
                "reported_by": _reported(thing.changes[0]),
                "title": in_all(letter.titles),
            }
            for thing, letter in list_letters(state)
        ]
        return Shown(rows=rows)

    return shown


@_letter.command()
@shows
def show(letter: _IdArgument) -> Callable[[State], Shown]:
    """Show a letter with its replies and what was understood."""
    from waternet.workinggroup.letters import plain_letter

    def shown(state: State) -> Shown:
        thing = state.thing("letter", letter)
        lines = "\n".join(_lines(thing)) + "\n"
        return Shown(facts=plain_letter(thing), text=lines)

    return shown


def _lines(thing: Thing) -> Iterator[str]:
    from waternet.workinggroup.letters import list_replies

    letter = thing.value
    yield in_all(letter.titles)
    yield f"{letter.sender} to {', '.join(letter.to)}, {letter.day} ({letter.sort})"
    yield from _told(thing.changes[0])
    yield from paragraph_lines(letter.words)
    for one in list_replies(thing):
        yield ""
        yield f"{one.member} {one.answer}, {one.day}"
        yield from _told(one.taken)
        yield from paragraph_lines(one.words)
        for number, text in enumerate(one.understandings, 1):
            yield f"understanding {number}: {in_all(text)}"


def _told(one: Taken) -> Iterator[str]:
    if one.act.of:
        yield f"reported by {one.act.party} from {one.act.source}"


def _reported(one: Taken) -> str:
    return one.act.party if one.act.of else ""


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_letter, name="letter")
