"""Commands about what others saw of this party's record: cosign, recover."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.options import (
    JsonFlag,
    NodeOption,
    chosen_form,
    opened_node,
    passphrase,
)
from waternet.cli.show import Form, say, show_facts, working
from waternet.errors import NotAcceptable

if TYPE_CHECKING:
    from waternet.node.cosigning import Gathered
    from waternet.node.folder import Node

__all__ = ["add_commands", "gathered_now", "say_gathered"]


def cosign(node: NodeOption = None, json: JsonFlag = False) -> None:
    """Ask the other parties to cosign what this one published."""
    from waternet.node.report import raise_findings

    gathered = gathered_now(opened_node(node))
    form = chosen_form(json=json)
    if form is Form.JSON:
        show_facts(gathered.to_json(), form)
    else:
        for sentence in gathered.sentences():
            say(sentence)
    raise_findings(gathered.findings)


def recover(
    folder: Annotated[
        Path, typer.Argument(help="The node's folder, with its keys in keys/.")
    ],
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--from", help="A folder or address that mirrors this party; repeat it."
        ),
    ] = None,
    card: Annotated[
        Path | None,
        typer.Option(help="This party's card as you kept it; copies' are unsigned."),
    ] = None,
    nothing_newer: Annotated[
        str, typer.Option(help="Who decided to go on as it is, and why.")
    ] = "",
    json: JsonFlag = False,
) -> None:
    """Take this party's record back from a mirror; or go on with a restored copy."""
    if bool(source) == bool(nothing_newer):
        raise NotAcceptable(
            "expected either a place to take the record from, or a reason to go on",
            hint="give --from LOCATION, or --nothing-newer REASON",
        )
    form = chosen_form(json=json)
    if nothing_newer:
        _go_on(folder, nothing_newer)
        show_facts({"goes_on": nothing_newer}, form)
        return
    from waternet.node.keys import is_locked
    from waternet.node.restoring import recover_record

    locked = any(map(is_locked, (folder / "keys").glob("[ls]*.key")))
    secret = passphrase() if locked else ""
    with working("recovering") as advance:
        recovered = recover_record(folder, source or [], secret, advance, card)
    if form is Form.JSON:
        show_facts(asdict(recovered), form)
        return
    for sentence in recovered.sentences():
        say(sentence)


def _go_on(folder: Path, reason: str) -> None:
    from waternet.node.recovery import recover_node
    from waternet.node.whereabouts import accept_whereabouts

    opened = opened_node(folder)
    with opened.writing():
        recover_node(opened)
        accept_whereabouts(opened, reason)


def gathered_now(node: Node) -> Gathered:
    """Ask every witness that can be asked and has not yet cosigned the own head."""
    from waternet.node.cosigning import gather_cosignatures

    return gather_cosignatures(node)


def say_gathered(gathered: Gathered) -> None:
    """Say who cosigned the head; nothing where nobody was asked or need be."""
    if gathered.size and (gathered.is_met is not None or gathered.asked):
        for sentence in gathered.sentences():
            say(sentence)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (cosign, recover):
        app.command()(command)
