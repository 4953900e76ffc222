"""Attacks with stolen keys, on the registry, on consent and on what is agreed."""

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from exchange.simulator import NOW, Simulator, found, make_member
from faults.attacks_on_logs import pulled
from faults.liar import lied_to
from faults.sharers import granted, values
from faults.threat import TAKEN, named
from parties import LEVELS, make_party

from waternet.exchange.amendment import add_party, remove_party, set_threshold
from waternet.exchange.card import Card, EarlierKey, read_card
from waternet.exchange.finding import Finding
from waternet.exchange.registry import Registry
from waternet.node.durable import write_durably
from waternet.node.joint_secrets import verify_opening
from waternet.node.publish import read_keys
from waternet.node.quorum import join_cosignatures
from waternet.node.recovery import recover_node
from waternet.node.sharing import grant_releases
from waternet.node.trust import is_enough
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.cosignature import (
    WitnessSigner,
    add_signatures,
    generate_witness_signer,
)
from waternet.record.key import generate_signer
from waternet.record.note import Signature
from waternet.record.policy import majority_policy
from waternet.record.tree import Frontier, leaf_hash

SECONDS = 1_796_000_000
DAY = 86_400


# Stolen operational keys


def _revoked(israel, liar, role: str) -> None:
    """Let everybody hold a card on which the role's present key counts no more."""
    card = liar.node.cards()["jordan"]
    name = card.origin if role == "log" else f"{card.origin}/steward"
    present = card.log_key if role == "log" else card.steward_key
    fresh = generate_signer(name).verifier.to_text()
    ended = replace(
        card,
        **{f"{role}_key": fresh},
        earlier_keys=(EarlierKey(role, present, 3),),
    )
    for path in (
        israel.node.folder / "cards" / "jordan.json",
        israel.node.records("jordan") / "card.json",
        liar.public / "card.json",
    ):
        write_durably(path, ended.to_json())


def stolen_steward(folder: Path) -> str:
    """Sign an entry with a steward's key after it was revoked."""
    israel, liar = lied_to(folder)
    liar.append(liar.sign({"release": 2, "reason": "by a thief"}, "withdraw"))
    _revoked(israel, liar, "steward")
    return pulled(israel, liar.public)


def stolen_log(folder: Path) -> str:
    """Sign a head with a log's key after it was revoked."""
    israel, liar = lied_to(folder)
    liar.append(liar.sign({"release": 2, "reason": "by a thief"}, "withdraw"))
    _revoked(israel, liar, "log")
    return pulled(israel, liar.public)


def any_steward(card: Card, _index: int):
    """Return every key that the party's steward ever had."""
    return (card.steward_verifier, *card.earlier("steward"))


def any_log(card: Card, _size: int):
    """Return every key that the party's log ever had."""
    return (card.log_verifier, *card.earlier("log"))


# Stolen governance keys


def _taken(simulator: Simulator, held: Registry) -> str:
    taken = simulator.take(held)
    return named(taken.findings) if taken.registry is held else TAKEN


def one_root_key(_folder: Path) -> str:
    """Change the registry with the root key of one party of three."""
    simulator = found()
    held = simulator.registry
    simulator.serve(simulator.signed(set_threshold(held, 1, NOW), "basin"))
    return _taken(simulator, held)


def replayed_registry(_folder: Path) -> str:
    """Show the registry as it was before a party was removed, all of it well signed."""
    simulator = found()
    before = dict(simulator.files)
    anchor = simulator.anchor()
    held = simulator.take(anchor).registry
    drafted = remove_party(held, "lake", NOW)
    simulator.serve(simulator.signed(drafted, "basin", "delta"))
    held = simulator.take(held).registry
    assert "lake" not in held.cards
    simulator.files = before
    held = remembered(held, anchor)
    return (
        TAKEN if "lake" in simulator.take(held).registry.cards else "the newer stands"
    )


def remembered(held: Registry, _anchor: Registry) -> Registry:
    """Return what a reader begins with: what it held last."""
    return held


def forgotten(_held: Registry, anchor: Registry) -> Registry:
    """Return what a reader without memory begins with."""
    return anchor


def anothers_card(_folder: Path) -> str:
    """Sign another party's card with the own registry key."""
    simulator = found()
    held = simulator.registry
    forged = simulator.members["lake"].rotated(0)
    thief = simulator.members["basin"].registry
    simulator.serve(simulator.with_card(forged, thief))
    taken = simulator.take(held)
    return TAKEN if taken.registry.cards != held.cards else named(taken.findings)


def any_signer(_registry: Registry, party: str, _role, card: bytes) -> Card:
    """Return a card, whoever bound it."""
    return read_card(card, party)


def anothers_log(_folder: Path) -> str:
    """Let a party that the quorum enters name another party's log as its own."""
    simulator = found()
    held = simulator.registry
    thief, victim = make_member("aaa"), simulator.members["lake"]
    thief.card = replace(
        thief.card,
        origin=victim.card.origin,
        log_key=generate_signer(victim.card.origin).verifier.to_text(),
        witness_key=_witness_of(victim.card.origin),
    )
    simulator.members["aaa"] = thief
    with patch("waternet.exchange.amendment.verify_unshared"):
        drafted = add_party(held, thief.introduction(), NOW)
    simulator.serve(simulator.signed(drafted, "basin", "delta"))
    taken = simulator.take(held)
    return TAKEN if "aaa" in taken.registry.cards else named(taken.findings)


def _witness_of(origin: str) -> str:
    return generate_witness_signer(f"{origin}/witness").verifier.to_text()


# What counts as cosigned


class _Cosigned:
    """A log's head, three witnesses of whom two are a quorum, and who cosigned it."""

    def __init__(self, folder: Path, names: str = "abc") -> None:
        party = make_party(folder)
        self.card = party.node.cards()["jordan"]
        own = f"{self.card.origin}/witness"
        others = [f"witness/{one}" for one in names[1:]]
        self.witnesses = [generate_witness_signer(one) for one in (own, *others)]
        self.policy = majority_policy(
            [self.card.log_verifier], [one.verifier for one in self.witnesses]
        )
        root = Frontier().append([leaf_hash(b"an entry")]).root()
        head = Checkpoint(self.card.origin, 1, root)
        self.text = head.to_text()
        self.signed = sign_checkpoint(head, party.log_signer)

    def line(self, witness: WitnessSigner, seconds: int = SECONDS) -> Signature:
        return witness.cosign(self.text, seconds)

    def judged(self, *lines: Signature) -> str:
        signed = add_signatures(self.signed, lines)
        joined = join_cosignatures(self.policy, self.card, [signed], SECONDS)
        if is_enough(self.policy, self.card, joined.times):
            return TAKEN
        return named(joined.findings).replace(TAKEN, "not counted")


def future_cosignature(folder: Path) -> str:
    """Cosign at a time that is a day away."""
    log = _Cosigned(folder)
    first, second, _third = log.witnesses
    return log.judged(log.line(first), log.line(second, SECONDS + DAY))


def false_cosignature(folder: Path) -> str:
    """Put lines under a head that name witnesses who never made them."""
    log = _Cosigned(folder)
    lines = [log.line(one) for one in log.witnesses]
    return log.judged(*(replace(one, signature=one.signature[:-1] + b"\0")
                        for one in lines))  # fmt: skip


def own_cosignature(folder: Path) -> str:
    """Let a party's own witness count as one of two that are a quorum of its log."""
    log = _Cosigned(folder)
    own = log.witnesses[0]
    log.card = replace(log.card, witness_key=own.verifier.to_text())
    return log.judged(log.line(own), log.line(log.witnesses[1]))


def removed_party(_folder: Path) -> str:
    """Let a party that was removed from the registry cosign, and count."""
    simulator = found(threshold=2, quorum=2)
    held = simulator.registry
    drafted = remove_party(held, "lake", NOW)
    simulator.serve(simulator.signed(drafted, "basin", "delta"))
    policy = simulator.take(held).registry.policy()
    return TAKEN if "lake" in [one.name for one in policy.witnesses] else "not counted"


# Consent


def replayed_grant(folder: Path) -> str:
    """Publish the same grant again."""
    pair, body = granted(folder)
    pair.say("grant", body)
    return named(pair.pull().findings)


def grant_for_another(folder: Path) -> str:
    """Use the key of a grant for another release."""
    pair, body = granted(folder)
    second = pair.publish(LEVELS + "W1,2015-04-01,-214\n")[-1].entry
    pair.say("grant", {**body, "release": second, "nonce": "0" * 32})
    return named(pair.pull().findings)


def expired_grant(folder: Path) -> str:
    """Use a grant that ran out."""
    pair, body = granted(folder)
    keys = read_keys(pair.jordan.node, "")
    past = "2001-01-01T00:00:00Z"
    grant_releases(pair.jordan.node, keys, [body["release"]], "lebanon", past)
    if findings := pair.pull(pair.lebanon).findings:
        return named(findings)
    return "not opened" if values(pair.lebanon) is None else TAKEN


def plaintext_left(folder: Path) -> str:
    """Leave plaintext behind, as a kill while it is read does."""
    party = make_party(folder)
    left = party.node.opened / "tmp1" / "plain"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"PAR1")
    with party.node.writing():
        recover_node(party.node)
    return "it stays" if left.exists() else "removed"


def keep_it(path: Path, **_named: object) -> None:
    """Remove anything but plaintext."""
    if path.name != "opened":
        shutil.rmtree(path, ignore_errors=True)


def lied_opening(_folder: Path) -> str:
    """Open another figure of a joint total than was committed to."""
    parties = ("amon", "basin", "coast")
    lines = {year: json.dumps({"value": "12000"}) for year in ("2015",)}
    # 12000 + x, a line that amon holds at 1, basin at 2 and coast at 3.
    parcels = {
        party: json.dumps({"shares": {"2015": str(12_000 + place)}})
        for place, party in enumerate(parties, 1)
    }
    body = {
        "inputs": [{"period": one, "sha256": _hash(lines[one])} for one in lines],
        "parcels": [{"party": one, "sha256": _hash(parcels[one])} for one in parcels],
    }
    said = SimpleNamespace(entry=SimpleNamespace(body=body), index=5, signed=b"")
    round_ = SimpleNamespace(
        name="amon:4", parties=parties, commitments={"coast": said}
    )
    opened = {"2015": lines["2015"].replace("12000", "12001")}
    try:
        verify_opening(round_, {"party": "coast", "inputs": opened, "parcels": parcels})
    except Finding as finding:
        return finding.name
    return TAKEN


def _hash(line: str) -> str:
    return sha256(line.encode()).hexdigest()
