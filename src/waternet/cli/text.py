"""The commands `text ...`: texts drafted, consented to by paragraph, adopted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.group_options import (
    AtOption,
    GroupOption,
    Shown,
    acts,
    asked_state,
    does,
    read_form,
    shows,
)
from waternet.cli.group_print import print_text
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import say, show_facts, whole_file
from waternet.errors import NotAcceptable, NotFound

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_text = typer.Typer(
    no_args_is_help=True,
    help="Draft, amend and adopt texts; consent and object to their paragraphs.",
)
_TextArgument = Annotated[str, typer.Argument(help="The text's id.", metavar="TEXT")]
_ParagraphArgument = Annotated[
    str, typer.Argument(help="The paragraph's id.", metavar="PARAGRAPH")
]
_ObjectionArgument = Annotated[
    str,
    typer.Argument(help="The act that objects [default: the only one that stands]."),
]
_ReasonOption = Annotated[str, typer.Option("--reason", help="Why.")]
_WordsOption = Annotated[
    list[str], typer.Option("--words", help="LANGUAGE=WORDS; repeat it.")
]


@_text.command("list")
@shows
def list_all() -> Callable[[State], Shown]:
    """List the texts: where each stands, and for whom it waits."""
    from waternet.node.texts import list_texts

    return lambda state: Shown(rows=list_texts(state))


@_text.command()
@shows
def show(text: _TextArgument) -> Callable[[State], Shown]:
    """Show a text, its languages side by side, with who consents and objects."""
    from waternet.cli.text_page import text_page
    from waternet.node.texts import find_standing

    def shown(state: State) -> Shown:
        standing = find_standing(state, text)
        return Shown(facts=standing.to_json(), text=text_page(standing))

    return shown


@_text.command()
@acts
def draft(
    text: _TextArgument,
    file: Annotated[Path, typer.Argument(help="Its words (TOML or JSON).")],
) -> Callable[[State], Doing]:
    """Draft a text: titles and paragraphs, in every language of the charter."""
    from waternet.node.texts import draft_text

    told = read_form(file)
    return lambda state: draft_text(state, told, text)


@_text.command()
@acts
def amend(
    text: _TextArgument,
    reason: _ReasonOption,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Paragraphs (TOML or JSON), or Akoma Ntoso for each language.",
            metavar="[FILE...]",
        ),
    ] = None,
    strike: Annotated[
        list[str] | None, typer.Option(help="A paragraph to strike; repeat it.")
    ] = None,
) -> Callable[[State], Doing]:
    """Give paragraphs other words, add new ones, or strike some."""
    from waternet.node.texts import amend_text
    from waternet.workinggroup.interchange.akn_amendment_reading import read_amendment

    told: dict[str, Any] = {"reason": reason, **({"remove": strike} if strike else {})}
    given = files or []
    if all(one.suffix.lower() == ".xml" for one in given):
        versions = [read_amendment(_read_file(one), one.name) for one in given]
        return lambda state: amend_text(state, text, versions, told)
    if len(given) > 1:
        raise NotAcceptable("expected one file, or files of Akoma Ntoso (.xml)")
    form = {"paragraphs": [], **read_form(given[0])}
    return does("text.amend", text, {**form, **told})


@_text.command()
@acts
def consent(
    text: _TextArgument,
    paragraph: _ParagraphArgument,
    to: Annotated[
        str, typer.Option("--to", help="The hash that was read, or its beginning.")
    ] = "",
    days: Annotated[int, typer.Option(help="For how many days it is given.")] = 90,
) -> Callable[[State], Doing]:
    """Consent to a paragraph, to its very bytes in every language, for a time."""
    from waternet.node.texts import consent_to_paragraph

    return lambda state: consent_to_paragraph(state, text, paragraph, days, to)


@_text.command()
@acts
def dissent(
    text: _TextArgument,
    paragraph: _ParagraphArgument,
    reason: _ReasonOption,
    member: Annotated[
        str, typer.Option(help="Whose consent [default: the only one].")
    ] = "",
) -> Callable[[State], Doing]:
    """Take back one's consent to a paragraph of a text that is not adopted yet."""
    from waternet.node.texts import dissent_from_paragraph

    return lambda state: dissent_from_paragraph(state, text, paragraph, member, reason)


@_text.command()
@acts
def reserve(
    text: _TextArgument, paragraph: _ParagraphArgument, words: _WordsOption
) -> Callable[[State], Doing]:
    """Put a reservation to a paragraph on record: it stays with the text."""
    told = {"paragraph": paragraph, "words": _read_words(words)}
    return does("text.reserve", text, told)


@_text.command("object")
@acts
def object_to(
    text: _TextArgument,
    paragraph: _ParagraphArgument,
    words: _WordsOption,
    until: Annotated[
        str,
        typer.Option(
            help="What would lift it: feasibility:ID, release:ID or project:ID:STAGE."
        ),
    ] = "",
    until_words: Annotated[
        list[str] | None,
        typer.Option(help="That in words: LANGUAGE=WORDS; repeat it."),
    ] = None,
) -> Callable[[State], Doing]:
    """Object to a paragraph: it stands until this member lifts it."""
    told: dict[str, Any] = {"paragraph": paragraph, "words": _read_words(words)}
    if until:
        named = _read_words(until_words) if until_words else told["words"]
        told["condition"] = {**_read_condition(until), "words": named}
    return does("text.object", text, told)


@_text.command()
@acts
def lift(
    text: _TextArgument, reason: _ReasonOption, objection: _ObjectionArgument = ""
) -> Callable[[State], Doing]:
    """Lift an objection of one's own."""
    from waternet.node.texts import lift_objection

    return lambda state: lift_objection(state, text, objection, reason)


@_text.command()
@acts
def meet(
    text: _TextArgument,
    party: Annotated[str, typer.Option(help="Whose release it is.")],
    entry: Annotated[int, typer.Option(help="Its entry in that party's log.")],
    digest: Annotated[str, typer.Option(help="SHA-256 of the entry.")],
    objection: _ObjectionArgument = "",
) -> Callable[[State], Doing]:
    """Say that the release is there for which an objection waits."""
    from waternet.node.texts import meet_objection

    release = {"party": party, "entry": entry, "sha256": digest}
    return lambda state: meet_objection(state, text, objection, release)


@_text.command()
@acts
def submit(
    text: _TextArgument,
    deadline: Annotated[
        str, typer.Option(help="The last day for objections: 2026-11-28.")
    ],
) -> Callable[[State], Doing]:
    """Begin a silence procedure: who does not object by a day agrees."""
    return does("text.submit", text, {"deadline": deadline})


@_text.command()
@acts
def adopt(
    text: _TextArgument,
    disagreed: Annotated[
        list[str] | None,
        typer.Option(help="A paragraph on which they agree to disagree; repeat it."),
    ] = None,
    session: Annotated[
        str, typer.Option(help="The session, where those present adopt it.")
    ] = "",
) -> Callable[[State], Doing]:
    """Adopt a text to which all have consented whose consent counts."""
    from waternet.node.texts import adopt_text

    return lambda state: adopt_text(state, text, disagreed or (), session)


@_text.command()
@acts
def shelve(text: _TextArgument, reason: _ReasonOption) -> Callable[[State], Doing]:
    """Take a text off the agenda."""
    return does("text.shelve", text, {"reason": reason})


@_text.command()
@acts
def resume(text: _TextArgument, reason: _ReasonOption) -> Callable[[State], Doing]:
    """Take a text that was shelved up again."""
    return does("text.resume", text, {"reason": reason})


@_text.command()
@acts
def withdraw(text: _TextArgument, reason: _ReasonOption) -> Callable[[State], Doing]:
    """Withdraw a text that this member drafted."""
    return does("text.withdraw", text, {"reason": reason})


@_text.command()
def export(
    text: _TextArgument,
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    group: GroupOption = "",
    at: AtOption = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Write a text as Akoma Ntoso: each language version, and its amendments."""
    from waternet.workinggroup.interchange.akn_amendment import write_text

    with asked_state(opened_node(node), group, at) as (_bank, state):
        files = write_text(state, state.thing("text", text))
    for name, written in files.items():
        with whole_file(folder / name) as sink:
            sink.write(written)
    show_facts({"files": list(files)}, chosen_form(json=json))


@_text.command("import")
@acts
def import_versions(
    text: _TextArgument,
    files: Annotated[
        list[Path], typer.Argument(help="One of each language.", metavar="FILE...")
    ],
    body: Annotated[str, typer.Option(help="The committee or group that decides.")],
) -> Callable[[State], Doing]:
    """Draft a text that stands in files of Akoma Ntoso, one for each language."""
    from waternet.node.texts import draft_text
    from waternet.workinggroup.interchange.akn_reading import (
        join_versions,
        read_version,
    )

    versions = []
    for file in files:
        versions.append(read_version(_read_file(file), file.name))
        for part in versions[-1].left_out:
            say(f"{file.name}: <{part}> is no part of the text, and was not read")
    told = join_versions(versions, body)
    return lambda state: draft_text(state, told, text)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    _text.command("print")(print_text)
    app.add_typer(_text, name="text")


def _read_file(path: Path) -> bytes:
    """Read a file of Akoma Ntoso, no longer than one may be."""
    from waternet.workinggroup.interchange.akn_reading import MOST

    if not path.is_file():
        raise NotFound(f"no file {path}")
    with path.open("rb") as file:
        return file.read(MOST + 1)


def _read_words(given: list[str]) -> dict[str, str]:
    """Read words given as LANGUAGE=WORDS; the act's form says which are none."""
    return dict(one.partition("=")[::2] for one in given)


def _read_condition(told: str) -> dict[str, str]:
    """Read what would lift an objection: 'project:carrier:funded'."""
    kind, _, rest = told.partition(":")
    name, colon, stage = rest.partition(":")
    if not name or (kind == "project") != bool(colon):
        raise NotAcceptable(
            f"--until {told!r}: expected feasibility:ID, release:ID or project:ID:STAGE"
        )
    return {"kind": kind, "name": name, **({"stage": stage} if stage else {})}
