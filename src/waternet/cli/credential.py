"""The commands `credential ...`: which keys of delegates speak for this party."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from waternet.cli.answer import ready_bank
from waternet.cli.meeting import CsvFlag, OutputOption, show_listed
from waternet.cli.options import (
    JsonFlag,
    NodeOption,
    chosen_form,
    delegate_passphrase,
    opened_node,
)
from waternet.cli.show import Form, isolated, say, show_facts

__all__ = ["add_commands"]

_credential = typer.Typer(
    no_args_is_help=True,
    help="Give delegates keys that speak for this party, take them back, list them.",
)
_DelegateArgument = Annotated[str, typer.Argument(help="The delegate's id.")]
_PlainFlag = Annotated[
    bool, typer.Option("--plain-key", help="Do not encrypt the key's file.")
]


@_credential.command()
def key(
    folder: Annotated[Path, typer.Argument(help="A folder for the delegate's key.")],
    delegate: _DelegateArgument,
    party: Annotated[str, typer.Option(help="The party's id.")],
    plain_key: _PlainFlag = False,
    json: JsonFlag = False,
) -> None:
    """Make a delegate's key on a machine of its own; no node is needed there."""
    from waternet.node.delegates import make_delegate_key

    secret = "" if plain_key else delegate_passphrase(delegate, new=True)
    path = folder / f"{delegate}.key"
    signer = make_delegate_key(path, party, delegate, secret)
    facts = {
        "delegate": delegate,
        "file": str(path),
        "vkey": signer.verifier.to_text(),
    }
    show_facts(facts, chosen_form(json=json))


@_credential.command()
def give(
    delegate: _DelegateArgument,
    name: Annotated[
        list[str], typer.Option("--name", help="LANGUAGE=NAME; repeat it.")
    ],
    level: Annotated[
        str, typer.Option(help="experts, senior officials or ministers.")
    ] = "experts",
    vkey: Annotated[
        str, typer.Option(help="The delegate's own key [default: one is made here].")
    ] = "",
    office: Annotated[str, typer.Option(help="What the delegate is at home.")] = "",
    holds: Annotated[
        list[str] | None, typer.Option(help="Id of an office held; repeat it.")
    ] = None,
    body: Annotated[
        list[str] | None,
        typer.Option(help="Speaks only in this body; repeat it."),
    ] = None,
    until: Annotated[str, typer.Option(help="Its last day, 2026-12-31.")] = "",
    plain_key: _PlainFlag = False,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Let a delegate's key speak for this party, from this entry on."""
    from waternet.cli.keep import read_names, read_own_keys
    from waternet.node.credentials import Given, give_credential

    opened = opened_node(node)
    given = Given(
        delegate=delegate,
        names=read_names(name),
        level=level,
        office=office,
        offices=tuple(holds or ()),
        bodies=tuple(body or ()),
        until=until,
    )
    chosen = vkey or _own_vkey(opened, delegate, plain=plain_key)
    entry = give_credential(opened, read_own_keys(opened), given, chosen)
    facts = {"entry": entry, "delegate": delegate, "vkey": chosen}
    _say_done(opened, facts, json=json)


@_credential.command()
def revoke(
    delegate: _DelegateArgument,
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Take a credential back: what the delegate signs from now on counts no more."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.credentials import revoke_credential

    opened = opened_node(node)
    entry = revoke_credential(opened, read_own_keys(opened), delegate, reason)
    _say_done(opened, {"entry": entry, "delegate": delegate}, json=json)


@_credential.command("list")
def list_all(
    party: Annotated[str, typer.Option(help="Of this party only.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
    csv: CsvFlag = False,
    output: OutputOption = None,
) -> None:
    """List every credential that was given or taken back."""
    from waternet.node.credentials import list_credentials

    opened = opened_node(node)
    with ready_bank(opened) as bank:
        rows = [
            one.to_json()
            for one in list_credentials(opened, bank)
            if party in ("", one.party)
        ]
    if json or csv or output:
        show_listed(rows, json=json, csv=csv, output=output)
        return
    for row in rows:
        say(_sentence(row))
    if not rows:
        say("nobody has given a credential")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_credential, name="credential")


def _own_vkey(node: Any, delegate: str, *, plain: bool) -> str:
    """Return the public key of the delegate whose key lies, or is made, here."""
    from waternet.node.credentials import own_key

    secret = "" if plain else delegate_passphrase(delegate, new=True)
    return own_key(node, delegate, secret).verifier.to_text()


def _sentence(row: dict[str, Any]) -> str:
    names = isolated(" · ".join(row["names"].values()))
    told = f"{row['party']}/{row['delegate']} (entry {row['entry']}): "
    if row["reason"]:
        return f"{told}taken back, {isolated(row['reason'])}"
    where = f", for {', '.join(row['bodies'])}" if row["bodies"] else ""
    until = f", until {row['until']}" if row["until"] else ""
    return f"{told}{names}, {row['level']}{where}{until}"


def _say_done(node: Any, facts: dict[str, Any], *, json: bool) -> None:
    from waternet.cli.witness import gathered_now, say_gathered

    gathered = gathered_now(node)
    if json:
        show_facts({**facts, "head": gathered.to_json()}, Form.JSON)
        return
    show_facts(facts, Form.TEXT)
    say_gathered(gathered)
