"""Commands that prove and verify: prove, verify, policy."""

from __future__ import annotations

import os
import re
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.answer import ready_bank
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, isolated, say, show_facts, whole_file, working
from waternet.cli.typed import clock_of, full_addresses, moment, times_of_day
from waternet.errors import NotAcceptable, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from waternet.bank.store import Bank
    from waternet.exchange.card import Card
    from waternet.node.folder import Node
    from waternet.node.proved import Proved
    from waternet.record.policy import Policy
    from waternet.record.proof import Proof

__all__ = ["add_commands"]

_ENTRY = re.compile(r"([^:/]+):(0|[1-9][0-9]{0,15})")
_FREE_TEXT = ("title", "source", "reason", "qualifier")


def prove(
    what: Annotated[
        str,
        typer.Argument(help="PARTY:FEATURE/PROPERTY, or PARTY:RELEASE."),
    ],
    when: Annotated[
        str, typer.Argument(help="The figure's day, month, year or exact time.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The proof's file: NAME.tlog-proof."),
    ] = None,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Write a proof of a figure or an entry, which anybody can check offline."""
    from waternet.node.proving import left_out, prove_entry
    from waternet.record.figure_proof import read_figure_proof

    if output is None:
        raise NotAcceptable(
            "a proof needs a file", hint="say where: -o FILE.tlog-proof"
        )
    opened = opened_node(node)
    if named := _ENTRY.fullmatch(what):
        proof = prove_entry(opened, named[1], int(named[2]))
    else:
        with ready_bank(opened) as bank:
            proof = _figure_proof(opened, bank, what, when)
    with whole_file(output) as sink:
        sink.write(proof.to_bytes())
    beside = left_out(read_figure_proof(proof.extra))
    facts = {
        "proof": str(output),
        "entry": proof.index,
        **_standing(opened, proof),
        "give_beside_it": [one.sha256 for one in beside.values()],
    }
    show_facts(facts, chosen_form(json=json))


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A proof, the file of a proof's page, or evidence; without, this node "
            "is checked."
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="Which logs and witnesses are known."),
    ] = None,
    card: Annotated[
        list[Path] | None,
        typer.Option("--card", help="A party's card, to check its steward too."),
    ] = None,
    blob: Annotated[
        list[Path] | None,
        typer.Option("--blob", help="A file too large for its proof; repeat it."),
    ] = None,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Check a proof or evidence offline; or every signature and proof held here."""
    form = chosen_form(json=json)
    if file is None:
        if policy or card or blob:
            raise NotAcceptable(
                "no file to check", hint="waternet verify FILE --policy POLICY"
            )
        _verify_node(opened_node(node), form)
        return
    from waternet.node.bundle import MOST_BUNDLE, is_bundle

    cards = [_read_card(path) for path in card or ()]
    written = _read(file, MOST_BUNDLE)
    if written.startswith(b"waternet-evidence/"):
        _verify_evidence(written, policy, cards, form)
    elif is_bundle(written):
        _verify_bundle(written, policy, cards, form)
    else:
        _verify_proof(written, policy, cards, blob or [], form)


def policy(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write it to a file."),
    ] = None,
    node: NodeOption = None,
) -> None:
    """Print whose logs and witnesses this node goes by, as a policy file."""
    from waternet.node.policy import node_policy

    text = node_policy(opened_node(node)).to_text()
    with whole_file(output) as sink:
        sink.write(text.encode("utf-8", "surrogateescape"))


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (prove, verify, policy):
        app.command()(command)


def _figure_proof(node: Node, bank: Bank, what: str, when: str) -> Proof:
    from waternet.node.proving import prove_figure

    full = full_addresses(bank, [what])
    if len(full) > 1:
        raise NotAcceptable(
            f"{what!r} fits {len(full)} datastreams: {', '.join(full)}",
            hint="give one of these addresses",
        )
    clock = clock_of(bank, full[0])
    moment_of_it = _moment(when, clock)
    try:
        return prove_figure(node, bank, full[0], moment_of_it)
    except NotFound as error:
        error.hint = times_of_day(bank, full[0], moment_of_it, clock) or error.hint
        raise


def _moment(when: str, clock: Any) -> datetime:
    found = moment(when, clock)
    if found is None:
        raise NotAcceptable(
            "no time given", hint="write 2015, or 2015-06-30; or prove PARTY:RELEASE"
        )
    return found


def _standing(node: Node, proof: Proof) -> Mapping[str, Any]:
    """Say how the proof's head stands by this node's own policy."""
    from waternet.node.policy import node_policy
    from waternet.record.policy import verify_cosigned

    found = verify_cosigned(node_policy(node), proof.checkpoint, int(time.time()))
    return {
        "log": found.checkpoint.origin,
        "entries": found.checkpoint.size,
        "cosigned_by": sorted(found.times),
        "quorum_met": found.is_met,
    }


def _verify_node(node: Node, form: Form) -> None:
    from waternet.node.recovery import recover_node
    from waternet.node.report import raise_findings
    from waternet.node.verification import verify_node

    may_write = os.access(node.folder, os.W_OK)
    held = node.writing() if may_write else nullcontext()
    with held, working("verifying") as advance:
        if may_write:
            recover_node(node)
        verified = verify_node(node, advance)
    if form is Form.JSON:
        show_facts(verified.to_json(), form)
    else:
        for sentence in verified.sentences():
            say(sentence)
    raise_findings(verified.findings)


def _verify_proof(
    written: bytes,
    policy: Path | None,
    cards: list[Card],
    files: list[Path],
    form: Form,
) -> None:
    from waternet.node.proved import verify_figure_proof
    from waternet.record.proof import read_proof

    known = _read_policy(policy)
    proof = read_proof(written)
    proved = verify_figure_proof(proof, known, int(time.time()), cards, files)
    _show_proved(proved, proved.to_json(), form)


def _verify_bundle(
    written: bytes, policy: Path | None, cards: list[Card], form: Form
) -> None:
    """Check the file of a proof's page; a policy that is given comes before its own."""
    from tempfile import TemporaryDirectory

    from waternet.node.bundle import read_bundle
    from waternet.node.proved import verify_figure_proof

    bundle = read_bundle(written)
    known = bundle.policy if policy is None else _read_policy(policy)
    cards = cards or ([bundle.card] if bundle.card else [])
    with TemporaryDirectory(prefix="waternet-") as made:
        files = [Path(made) / name for name in bundle.files]
        for path in files:
            path.write_bytes(bundle.files[path.name])
        now = int(time.time())
        proved = verify_figure_proof(bundle.proof, known, now, cards, files)
    facts = proved.to_json()
    if policy is None:
        facts["policy"] = bundle.digest
        facts["not_proved"] = [
            "that the keys are the parties' own: they came in this file. Compare the "
            f"digest of its policy, {bundle.digest}, with what a party that you trust "
            "shows, or give that party's policy (--policy)",
            *facts["not_proved"],
        ]
    _show_proved(proved, facts, form)


def _show_proved(proved: Proved, facts: dict[str, Any], form: Form) -> None:
    from waternet.node.report import raise_findings

    show_facts(facts if form is Form.JSON else _as_people_read(facts), form)
    if form is not Form.JSON:
        for finding in proved.findings:
            say(f"FINDING {finding}")
    raise_findings(proved.findings)


def _verify_evidence(
    written: bytes, policy: Path | None, cards: list[Card], form: Form
) -> None:
    from waternet.exchange.evidence import read_evidence
    from waternet.exchange.verdict import Trusted, verify_evidence

    known = None if policy is None else _read_policy(policy)
    verdict = verify_evidence(read_evidence(written), Trusted(cards, known))
    show_facts(verdict.to_json(), form)


def _as_people_read(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a proof shows with times by their owner's clock, names apart."""
    from datetime import datetime

    from waternet.observation.zone import find_zone

    told = {name: facts[name] for name in facts if name not in ("zone", "findings")}
    told |= {name: isolated(facts[name]) for name in _FREE_TEXT if name in facts}
    if "zone" in facts:
        clock = find_zone(facts["zone"])
        for name in ("time", "end"):
            if facts[name]:
                when = datetime.fromisoformat(facts[name]).astimezone(clock)
                told[name] = when.isoformat()
        value = facts["value"]  # None: this entry took an earlier figure back
        told["value"] = (
            "taken back"
            if value is None
            else f"{facts['censor']}{value:.10g} {facts['unit']}"
        )
        del told["unit"], told["censor"]
    told["cosigned"] = [f"{name}, {at}" for name, at in facts["cosigned"].items()]
    return told


def _read_policy(path: Path | None) -> Policy:
    from waternet.record.policy import MOST_POLICY, read_policy

    if path is None:
        raise NotAcceptable(
            "a proof is checked against a policy",
            hint="add --policy FILE; 'waternet policy' of a node that you trust "
            "prints one",
        )
    return read_policy(_read(path, MOST_POLICY))


def _read_card(path: Path) -> Card:
    from waternet.exchange.card import MOST_CARD, read_card

    return read_card(_read(path, MOST_CARD), path.name)


def _read(path: Path, most: int = 0) -> bytes:
    """Read a file of the size that it may have, and nothing that is no file."""
    from waternet.exchange.source import FolderSource
    from waternet.record.proof import MOST_PROOF

    return FolderSource(path.parent).read(path.name, most or MOST_PROOF)
