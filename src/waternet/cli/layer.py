"""The commands `layer ...`: outlines for the map, as a party publishes them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.meeting import CsvFlag, OutputOption, show_listed
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, isolated, say, show_facts

if TYPE_CHECKING:
    from waternet.node.folder import Node
    from waternet.node.publish import Published

__all__ = ["add_commands"]

_layer = typer.Typer(
    no_args_is_help=True,
    help="Publish, withdraw and list layers of the map: whoever looks chooses them.",
)


@_layer.command()
def publish(
    file: Annotated[Path, typer.Argument(help="Its outlines (GeoJSON, WGS 84).")],
    layer: Annotated[str, typer.Argument(help="Its id: a new one, or one to replace.")],
    shows: Annotated[
        str, typer.Option(help="What it shows: area, basin, boundary or water.")
    ],
    name: Annotated[
        list[str], typer.Option("--name", help="LANGUAGE=NAME; repeat it.")
    ],
    source: Annotated[str, typer.Option(help="Where the outlines are from.")],
    licence: Annotated[str, typer.Option(help="Under what terms others may use it.")],
    title: Annotated[str, typer.Option(help="What it is, in words.")] = "",
    reason: Annotated[str, typer.Option(help="Why it replaces an earlier one.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Publish a layer of the map; it replaces an earlier one of the same id."""
    from waternet.cli.keep import read_names, read_own_keys
    from waternet.node.layers import open_layer_file, publish_layer

    opened = opened_node(node)
    outlines = open_layer_file(file)
    told = {
        "name": layer,
        "shows": shows,
        "names": read_names(name),
        "source": source,
        "licence": licence,
        "title": title,
        "reason": reason,
    }
    done = publish_layer(opened, read_own_keys(opened), told, outlines)
    _show(opened, done, outlines.left_out, json=json)


@_layer.command()
def withdraw(
    layer: Annotated[str, typer.Argument(help="Its id.")],
    reason: Annotated[str, typer.Option(help="Why it stands no more.")],
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Take one's own layer off the map; what was published stays in the record."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.layers import withdraw_layer

    opened = opened_node(node)
    done = withdraw_layer(opened, read_own_keys(opened), layer, reason)
    _show(opened, done, (), json=json)


@_layer.command("list")
def list_all(
    party: Annotated[str, typer.Option(help="Of this party only.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
    csv: CsvFlag = False,
    output: OutputOption = None,
) -> None:
    """List the layers that parties published."""
    from waternet.bank.layers import list_layers
    from waternet.cli.answer import ready_bank

    with ready_bank(opened_node(node)) as bank:
        layers = list_layers(bank, party)
    if json or csv or output:
        rows = [asdict(one) for one in layers]
        show_listed(rows, json=json, csv=csv, output=output)
        return
    for one in layers:
        names = isolated(" · ".join(one.names.values()))
        say(f"{one.address}: {one.kind}, {names} (entry {one.entry}, {one.issued})")
        say(f"  {isolated(one.source)}; {isolated(one.licence)}")
    if not layers:
        say("nobody has published a layer")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_layer, name="layer")


def _show(
    node: Node, done: Published, left_out: tuple[str, ...], *, json: bool
) -> None:
    from waternet.cli.witness import gathered_now, say_gathered

    gathered = gathered_now(node)
    form = chosen_form(json=json)
    if form is Form.JSON:
        facts = {"entry": done.entry, "kind": done.kind, "title": done.title}
        facts |= {"left_out": list(left_out), "head": gathered.to_json()}
        show_facts(facts, form)
        return
    if done.kind == "unchanged":
        say(f"{isolated(done.title)}: nothing new; entry {done.entry} says the same")
    else:
        say(replace(done, title=isolated(done.title)).sentence())
    if left_out:
        say(f"left out of its properties: {', '.join(map(isolated, left_out))}")
    say_gathered(gathered)
