"""The commands `found` and `registry ...`: parties and keys, founded and changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import (
    JsonFlag,
    NodeOption,
    chosen_form,
    opened_node,
    passphrase,
)
from waternet.cli.show import Form, say, show_facts
from waternet.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from waternet.exchange.registry import Registry
    from waternet.node.folder import Node
    from waternet.node.rotation import Changed
    from waternet.record.key import Signer

__all__ = ["add_commands"]

_registry = typer.Typer(
    no_args_is_help=True,
    help="Parties and their keys: show, accept, sign and change the registry.",
)

_KeysOption = Annotated[
    Path | None,
    typer.Option("--keys", help="Where root.key and registry.key lie [default: keys]."),
]
_DraftOption = Annotated[
    Path, typer.Option("--output", "-o", help="Where the draft is written.")
]
_DRAFT = Path("registry.draft")
_SAID_NEXT = "'waternet publish' says in this party's log which registry it holds now"
_ROLES = "steward, log, witness or recipient"


def found(
    introductions: Annotated[
        list[Path], typer.Argument(help="One from each party: 'registry key' makes it.")
    ],
    threshold: Annotated[int, typer.Option(help="How many must sign what binds all.")],
    quorum: Annotated[
        int, typer.Option(help="How many must cosign a head; 0: more than half.")
    ] = 0,
    output: _DraftOption = _DRAFT,
) -> None:
    """Draft the registry of parties, for each of them to sign."""
    from datetime import UTC, datetime

    from waternet.exchange.amendment import found_registry
    from waternet.node.founding import read_introductions

    parties = read_introductions(introductions)
    drafted = found_registry(parties, threshold, quorum, datetime.now(UTC))
    _write(drafted, output)
    _tell(None, drafted)


@_registry.command()
def key(
    keys: _KeysOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where the introduction is written."),
    ] = None,
    plain_keys: Annotated[
        bool,
        typer.Option("--plain-keys", help="Do not encrypt them: the stick is."),
    ] = False,
    node: NodeOption = None,
) -> None:
    """Make this party's root and registry keys, and introduce it to the others."""
    from waternet.exchange.changes import describe_card
    from waternet.node.durable import write_durably
    from waternet.node.founding import introduce_party, make_offline_keys, offline_key
    from waternet.node.keys import is_locked

    opened = opened_node(node)
    folder = keys or opened.folder / "keys"
    root = offline_key(folder, "root")
    made = not root.exists()
    asked = not plain_keys if made else is_locked(root)
    secret = passphrase(new=made) if asked else ""
    if made:
        make_offline_keys(opened, folder, secret)
    introduction = introduce_party(opened, folder, secret)
    path = output or Path(f"{opened.party}.introduction")
    write_durably(path, introduction.to_json())
    for line in describe_card(None, introduction.card):
        say(line)
    say(f"root key      {introduction.root_key.key.hex()}")
    say(f"registry key  {introduction.registry_key.key.hex()}")
    say(f"{path} is for the other parties. Keep {folder} apart, and a copy of it.")


@_registry.command()
def sign(
    draft: Annotated[Path, typer.Argument(help="What the parties sign.")],
    keys: _KeysOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Sign without being asked.")
    ] = False,
    node: NodeOption = None,
) -> None:
    """Say what a draft changes, and sign it with this party's own keys."""
    from waternet.exchange.draft import write_draft
    from waternet.exchange.signing import sign_draft
    from waternet.node.durable import write_durably
    from waternet.node.founding import take_draft
    from waternet.node.registry import held_registry

    opened = None if keys and node is None else opened_node(node)
    held = held_registry(opened) if opened else None
    drafted = take_draft(held, draft)
    _tell(held, drafted)
    if not yes and not _confirmed():
        raise NotAllowed("nothing was signed", hint="--yes signs without being asked")
    signed = False
    for signer in _signers(_folder(opened, keys), ("root", "registry")):
        try:
            drafted = sign_draft(drafted, signer)
        except NotAllowed:
            continue  # the other key is the one it needs
        signed = True
    if not signed:
        raise NotAllowed(
            "none of this party's keys has a place in this draft",
            hint="--keys says where root.key and registry.key lie",
        )
    write_durably(draft, write_draft(drafted))
    _tell_lacking(drafted, draft)


@_registry.command()
def accept(
    file: Annotated[
        Path, typer.Argument(help="A signed draft, 1.root.json, or its folder.")
    ],
    digest: Annotated[
        str, typer.Option(help="Of the first root, as it was read aloud; once.")
    ] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Accept a registry, or a change of it; from then on its parties are followed."""
    from datetime import UTC, datetime

    from waternet.node.founding import accept_registry
    from waternet.node.recovery import recover_node
    from waternet.node.report import raise_findings

    opened = opened_node(node)
    with opened.writing():
        recover_node(opened)
        accepted = accept_registry(opened, file, digest, datetime.now(UTC))
    facts = {
        "cards": list(accepted.changed),
        "findings": [finding.to_json() for finding in accepted.findings],
    }
    if json:
        show_facts(facts, Form.JSON)
    else:
        say(f"new or changed cards: {', '.join(accepted.changed) or 'none'}")
        say(_SAID_NEXT)
        for finding in accepted.findings:
            say(f"{finding.party}: FINDING {finding}")
    raise_findings(accepted.findings)


@_registry.command()
def show(node: NodeOption = None, json: JsonFlag = False) -> None:
    """Show the registry that this node holds: parties, keys, threshold, digests."""
    from datetime import UTC, datetime

    from waternet.exchange.changes import describe_expiry, describe_held, spelt

    held = _held(opened_node(node))
    form = chosen_form(json=json)
    told = list(describe_expiry(held, datetime.now(UTC)))
    if form is Form.JSON:
        show_facts(_facts(held, told), form)
        return
    say(f"first root: {spelt(held.roots[0].digest)}")
    for line in (*describe_held(held), *told):
        say(line)


@_registry.command()
def rotate(
    role: Annotated[str, typer.Argument(help=_ROLES)],
    keys: _KeysOption = None,
    output: _DraftOption = _DRAFT,
    node: NodeOption = None,
) -> None:
    """Give this party a fresh key; what the old one signed still stands."""
    _change_key(opened_node(node), role, None, keys, output)


@_registry.command()
def revoke(
    role: Annotated[str, typer.Argument(help="steward or log")],
    since: Annotated[
        int, typer.Option("--from", help="The first entry that counts no more.")
    ],
    keys: _KeysOption = None,
    output: _DraftOption = _DRAFT,
    node: NodeOption = None,
) -> None:
    """Give this party a fresh key, and refuse what a stolen one signed."""
    _change_key(opened_node(node), role, since, keys, output)


@_registry.command()
def addresses(
    urls: Annotated[list[str], typer.Argument(help="Its own first, then mirrors.")],
    keys: _KeysOption = None,
    output: _DraftOption = _DRAFT,
    node: NodeOption = None,
) -> None:
    """Tell the others where this party's record is served."""
    from datetime import UTC, datetime

    from waternet.node.recovery import recover_node
    from waternet.node.rotation import change_addresses

    opened = opened_node(node)
    signers = _signers(_folder(opened, keys), ("registry",))
    with opened.writing():
        recover_node(opened)
        changed = change_addresses(opened, tuple(urls), signers, datetime.now(UTC))
    _tell_changed(changed, output)
    if changed.counts:
        say(_SAID_NEXT)


@_registry.command("add-party")
def add_party(
    introduction: Annotated[Path, typer.Argument(help="The new party's.")],
    output: _DraftOption = _DRAFT,
    node: NodeOption = None,
) -> None:
    """Draft the entry of a party, or of its other root and registry keys."""
    from datetime import UTC, datetime

    from waternet.exchange import amendment
    from waternet.node.founding import read_introductions

    held = _held(opened_node(node))
    (new,) = read_introductions([introduction])
    _draft(held, amendment.add_party(held, new, datetime.now(UTC)), output)


@_registry.command("remove-party")
def remove_party(
    party: Annotated[str, typer.Argument(help="Its id.")],
    output: _DraftOption = _DRAFT,
    node: NodeOption = None,
) -> None:
    """Draft the registry without a party; what it published stays."""
    from datetime import UTC, datetime

    from waternet.exchange import amendment

    held = _held(opened_node(node))
    _draft(held, amendment.remove_party(held, party, datetime.now(UTC)), output)


@_registry.command()
def threshold(
    count: Annotated[int, typer.Argument(help="How many must sign.")],
    output: _DraftOption = _DRAFT,
    node: NodeOption = None,
) -> None:
    """Draft that more, or fewer, parties must sign what binds all."""
    from datetime import UTC, datetime

    from waternet.exchange import amendment

    held = _held(opened_node(node))
    _draft(held, amendment.set_threshold(held, count, datetime.now(UTC)), output)


@_registry.command()
def renew(output: _DraftOption = _DRAFT, node: NodeOption = None) -> None:
    """Draft the same registry for another 400 days."""
    from datetime import UTC, datetime

    from waternet.exchange import amendment

    held = _held(opened_node(node))
    _draft(held, amendment.renew(held, datetime.now(UTC)), output)


@_registry.command()
def exclude(
    party: Annotated[str, typer.Argument(help="Its id.")],
    again: Annotated[bool, typer.Option("--again", help="Follow it again.")] = False,
    node: NodeOption = None,
) -> None:
    """Follow a party of the registry no more, by this node's own choice."""
    from waternet.node.recovery import recover_node
    from waternet.node.registered import exclude_party

    opened = opened_node(node)
    with opened.writing():
        recover_node(opened)
        exclude_party(opened.folder, party, again=again)
    say(f"{party} is {'followed again' if again else 'followed no more'}")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(found)
    app.add_typer(_registry, name="registry")


def _change_key(
    node: Node, role: str, since: int | None, keys: Path | None, output: Path
) -> None:
    from datetime import UTC, datetime

    from waternet.node.keys import is_locked
    from waternet.node.publish import pin_registry, read_keys
    from waternet.node.recovery import recover_node
    from waternet.node.rotation import rotate_key

    signers = _signers(_folder(node, keys), ("registry",))
    locked = is_locked(node.key("steward")) or is_locked(node.key("log"))
    secret = passphrase() if locked else ""
    with node.writing():
        recover_node(node)
        now = datetime.now(UTC)
        changed = rotate_key(node, role, signers, secret, now, since)
    _tell_changed(changed, output)
    if changed.counts:
        pin_registry(node, read_keys(node, secret))


def _confirmed() -> bool:
    try:
        return typer.confirm("Sign it?", err=True)
    except typer.Abort:
        typer.echo(err=True)  # the question stands there without an answer
        return False


def _folder(node: Node | None, keys: Path | None) -> Path:
    """Return where a party's offline keys lie."""
    if keys is None:
        return node.folder / "keys" if node else Path()
    if not any(keys.glob("*.key")):
        raise NotFound(f"no key in {keys}", hint="expected root.key or registry.key")
    return keys


def _signers(folder: Path, roles: tuple[str, ...]) -> list[Signer]:
    """Read those of a party's offline keys that are at hand."""
    from waternet.node.founding import offline_key
    from waternet.node.keys import is_locked, read_key

    there = [
        path for path in (offline_key(folder, one) for one in roles) if path.exists()
    ]
    secret = passphrase() if any(map(is_locked, there)) else ""
    return [read_key(path, secret) for path in there]


def _held(node: Node) -> Registry:
    from waternet.node.registry import held_registry

    held = held_registry(node)
    if held is None:
        raise NotFound(
            "this node accepted no registry", hint="'waternet registry accept' does"
        )
    return held


def _draft(held: Registry, drafted: Registry, output: Path) -> None:
    _write(drafted, output)
    _tell(held, drafted)
    _tell_lacking(drafted, output)


def _write(drafted: Registry, output: Path) -> None:
    from waternet.exchange.draft import write_draft
    from waternet.node.durable import write_durably

    write_durably(output, write_draft(drafted))


def _tell(held: Registry | None, drafted: Registry) -> None:
    """Say what is to be signed, and the digests that all must read alike."""
    from waternet.exchange.changes import describe_changes, spelt

    for line in describe_changes(held, drafted):
        say(line)
    say(f"root {drafted.root.version}: {spelt(drafted.root.digest)}")
    if drafted.targets:
        version, digest = drafted.targets.version, spelt(drafted.targets.digest)
        say(f"parties {version}: {digest}")


def _tell_lacking(drafted: Registry, path: Path) -> None:
    from waternet.exchange.signing import lacking

    told = lacking(drafted)
    for line in told:
        say(f"lacks {line}")
    if not told:
        say(f"signed by all who must: 'waternet registry accept {path}' at every node")


def _tell_changed(changed: Changed, output: Path) -> None:
    if changed.counts:
        say("the change counts here, and reaches the others with their next pull")
        return
    _write(changed.registry, output)
    say(f"{output}: 'waternet registry sign' it where the registry key is, then accept")


def _facts(held: Registry, told: list[str]) -> dict[str, Any]:
    return {
        "root": {"version": held.root.version, "sha256": held.root.digest},
        "first_root": held.roots[0].digest,
        "threshold": held.threshold,
        "root_keys": dict(_root_keys(held)),
        "quorum": held.quorum,
        "parties": sorted(held.delegated()),
        "expires": held.root.expires.isoformat(),
        "due": told,
    }


def _root_keys(held: Registry) -> Iterator[tuple[str, str]]:
    for party, one in held.root_keys().items():
        yield party, str(one.keyval["public"])
