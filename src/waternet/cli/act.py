"""The commands `act ...`: signed on the delegate's machine, entered by the steward."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from waternet.cli.group_options import GroupOption, asked_state, say_performed
from waternet.cli.meeting import CsvFlag, OutputOption, show_listed
from waternet.cli.options import (
    JsonFlag,
    NodeOption,
    chosen_form,
    delegate_passphrase,
    opened_node,
)
from waternet.cli.show import say, show_facts, whole_file
from waternet.errors import NotAcceptable, NotFound

__all__ = ["add_commands"]

_act = typer.Typer(
    no_args_is_help=True,
    help="Sign, enter and show acts of delegates as files.",
)
_MOST = 1 << 17  # bytes of a file with an act


@_act.command()
def sign(
    draft: Annotated[Path, typer.Argument(help="The act, as --draft wrote it.")],
    key: Annotated[Path, typer.Option(help="The file of the delegate's key.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where it goes.")],
    json: JsonFlag = False,
) -> None:
    """Sign an act with a delegate's key; no node is needed here."""
    from waternet.node.acting import sign_line
    from waternet.node.keys import is_locked, read_key

    line = _read(draft)
    secret = delegate_passphrase(key.stem) if is_locked(key) else ""
    act, note = sign_line(line, read_key(key, secret))
    with whole_file(output) as sink:
        sink.write(note.encode())
    facts = {"act": act.id, "verb": act.verb, "subject": act.subject}
    show_facts({**facts, "file": str(output)}, chosen_form(json=json))


@_act.command()
def enter(
    act: Annotated[
        str,
        typer.Argument(help="A file with a signed act, or the id of one that waits."),
    ],
    document: Annotated[
        Path | None, typer.Option(help="The document that goes with the file.")
    ] = None,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Enter an act that a delegate of this party signed into the party's log."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.acting import enter_act
    from waternet.node.handed_acts import enter_handed

    opened = opened_node(node)
    path = Path(act)
    if path.exists():
        note = _read(path)
        done = enter_act(opened, read_own_keys(opened), note, document)
    else:
        done = enter_handed(opened, read_own_keys(opened), act)
    say_performed(opened, done, json=json)


@_act.command()
def document(
    act: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where it goes.")],
    group: GroupOption = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Write the document that goes with an act to a file, verified."""
    from waternet.node.acting import find_act
    from waternet.node.documents import read_document

    opened = opened_node(node)
    with asked_state(opened, group) as (bank, state):
        found = state.taken[find_act(state, act)]
        content = read_document(opened, bank, found.act.party, found.index)
    with whole_file(output) as sink:
        sink.write(content)
    facts = {"act": found.act.id, "file": str(output), "bytes": len(content)}
    show_facts(facts, chosen_form(json=json))


@_act.command()
def waiting(
    node: NodeOption = None,
    json: JsonFlag = False,
    csv: CsvFlag = False,
    output: OutputOption = None,
) -> None:
    """List the acts that delegates handed in, which wait to be entered."""
    from waternet.node.handed_acts import list_handed

    rows = [one.to_json() for one in list_handed(opened_node(node))]
    if json or csv or output:
        show_listed(rows, json=json, csv=csv, output=output)
        return
    for row in rows:
        told = f"{row['act'][:16]}: {row['verb']} {row['subject']}"
        say(f"{told}, by {row['delegate']}, handed in {row['received']}")
    if not rows:
        say("nothing waits")


@_act.command()
def drop(
    act: Annotated[str, typer.Argument(help="The id of an act that waits.")],
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Drop an act that waits: it is not entered."""
    from waternet.node.handed_acts import drop_handed

    dropped = drop_handed(opened_node(node), act)
    show_facts({"dropped": dropped.act.id}, chosen_form(json=json))


@_act.command()
def show(
    file: Annotated[Path, typer.Argument(help="An act, signed or drawn up.")],
    json: JsonFlag = False,
) -> None:
    """Show what an act in a file says, whole: look at it before you sign it."""
    from waternet.record.canonical import read_canonical
    from waternet.workinggroup.act import read_act, read_line, write_act

    text = _read(file)
    act = read_line(text) if text.count("\n") == 1 else read_act(text)
    facts: dict[str, Any] = {"id": act.id, **read_canonical(write_act(act).strip())}
    show_facts(facts, chosen_form(json=json))
    if not json and text.count("\n") == 1:
        say("nobody has signed it yet")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_act, name="act")


def _read(path: Path) -> str:
    if not path.is_file():
        raise NotFound(f"no file {path}")
    if path.stat().st_size > _MOST:
        raise NotAcceptable(f"{path.name} is longer than an act can be")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NotAcceptable(f"{path.name} is no act: it is not UTF-8") from error
