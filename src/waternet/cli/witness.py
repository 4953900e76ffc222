"""Commands about witnesses: cosign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, say, show_facts

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
    app.command()(cosign)
