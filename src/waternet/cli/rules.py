"""The command `rules`: which rule sets the parties published, and who agrees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, isolated, say, show_facts

if TYPE_CHECKING:
    from waternet.node.agreement import Proposal

__all__ = ["add_commands", "plain_proposal", "say_proposal"]


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
    from waternet.node.agreement import RULES, list_proposals
    from waternet.node.rule_sets import (
        proposal_in_force,
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
        proposals = list_proposals(opened, bank, RULES)
        force = rules_in_force(opened, bank)
    chosen_set = proposal_in_force(proposals, opened.party)
    facts = {
        "in_force": f"{force.name}/{force.version}",
        "sha256": rules_sha256(force),
        "rule_sets": [
            {**plain_proposal(one), "in_force": one is chosen_set} for one in proposals
        ],
    }
    if form is Form.JSON:
        show_facts(facts, form)
        return
    say(f"in force: {facts['in_force']}, {str(facts['sha256'])[:16]}")
    for one in proposals:
        say_proposal(one, "in force" if one is chosen_set else "")
    if chosen_set is None:
        say("it is Waternet's own: nobody here has published rules")


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(rules)


def say_proposal(one: Proposal, standing: str) -> None:
    """Say who published these lines, who did not, and whether they stand."""
    say(f"{one.sha256[:16]}{', ' * bool(standing)}{standing}")
    for party, said in sorted(one.agreed_by.items()):
        title = isolated(said.title)
        say(f"  {party}: entry {said.index}, {said.name}/{said.version}: {title}")
    if one.not_yet:
        say(f"  not yet: {', '.join(one.not_yet)}")
    else:
        say("  agreed by all")


def plain_proposal(one: Proposal) -> dict[str, Any]:
    """Return the same as plain values."""
    return {
        "sha256": one.sha256,
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
