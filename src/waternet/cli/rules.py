"""The command `rules`: which rule sets the parties published, and who agrees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, isolated, say, show_facts

if TYPE_CHECKING:
    from waternet.node.rule_sets import ListedRules

__all__ = ["add_commands"]


def rules(
    file: Annotated[
        Path | None, typer.Argument(help="Publish these rules (TOML); else list.")
    ] = None,
    title: Annotated[str, typer.Option(help="What the rule set is, in words.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """List the parties' rule sets and who agrees; or publish one."""
    from waternet.cli.answer import ready_bank
    from waternet.cli.keep import read_own_keys
    from waternet.node.rule_sets import (
        list_rule_sets,
        publish_rules,
        read_rule_file,
        rules_in_force,
        rules_sha256,
    )

    opened, form = opened_node(node), chosen_form(json=json)
    if file is not None:
        chosen = read_rule_file(file)
        publish_rules(opened, read_own_keys(opened), chosen, title)
    with ready_bank(opened) as bank:
        listed = list_rule_sets(opened, bank)
        force = rules_in_force(opened, bank)
    facts = {
        "in_force": f"{force.name}/{force.version}",
        "sha256": rules_sha256(force),
        "rule_sets": [_plain(one) for one in listed],
    }
    if form is Form.JSON:
        show_facts(facts, form)
        return
    say(f"in force: {facts['in_force']}, {str(facts['sha256'])[:16]}")
    for one in listed:
        _say(one)
    if not any(one.in_force for one in listed):
        say("it is Waternet's own: nobody here has published rules")


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(rules)


def _say(one: ListedRules) -> None:
    say(f"{one.sha256[:16]}{', in force' * one.in_force}")
    for party, said in sorted(one.agreed_by.items()):
        title = isolated(said.title)
        say(f"  {party}: entry {said.index}, {said.name}/{said.version}: {title}")
    if one.not_yet:
        say(f"  not yet: {', '.join(one.not_yet)}")
    else:
        say("  agreed by all")


def _plain(one: ListedRules) -> dict[str, Any]:
    return {
        "sha256": one.sha256,
        "in_force": one.in_force,
        "agreed_by": {
            party: {
                "entry": said.index,
                "name": said.name,
                "version": said.version,
                "title": said.title,
            }
            for party, said in sorted(one.agreed_by.items())
        },
        "not_yet": list(one.not_yet),
    }
