"""Joint totals of this party with others: propose, commit, compute, open."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waternet.bank.seal import reading_bank, writing_bank
from waternet.bank.store import Bank
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotAgreed,
    NotAllowed,
    NotFound,
    NotVerified,
)
from waternet.exchange.finding import Finding
from waternet.exchange.joint_round import (
    Round,
    find_round,
    fold_rounds,
    withheld_before,
)
from waternet.node.appending import Keys, append_drafts
from waternet.node.drafts import Draft
from waternet.node.entries import entries_of
from waternet.node.evidence import keep_evidence
from waternet.node.folder import Node
from waternet.node.intake import bring_up_to_date, catch_up
from waternet.node.joint_figures import OwnFigures
from waternet.node.joint_process import compute
from waternet.node.joint_public import parties_public
from waternet.node.joint_secrets import (
    commitment_body,
    degree_of,
    keep_secrets,
    kept_path,
    make_secrets,
    read_secrets,
    verify_opening,
)
from waternet.node.log import stage_blobs
from waternet.node.recovery import recover_node
from waternet.observation.vocabulary import get_term
from waternet.quantity import verify_unit

__all__ = [
    "Address",
    "check_opening",
    "commit_figures",
    "get_round",
    "list_rounds",
    "open_figures",
    "propose_total",
    "run_round",
]

_KINDS = ("joint-proposal", "joint-commitment", "joint-total")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a party's computation listens."""

    host: str
    port: int

    @classmethod
    def from_text(cls, text: str) -> Address:
        """Read 'host:port', or '[2001:db8::1]:port'.

        Raises
        ------
        NotAcceptable
            It is not that.

        Examples
        --------
        >>> Address.from_text("10.0.0.7:4400")
        Address(host='10.0.0.7', port=4400)
        """
        host, _colon, port = text.rpartition(":")
        if not host or not port.isascii() or not port.isdigit():
            raise NotAcceptable(f"{text!r} is not an address", hint="write HOST:PORT")
        if not 1 <= int(port) <= 65_535:
            raise NotAcceptable(f"{text!r}: a port is from 1 to 65535")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))


def list_rounds(node: Node, bank: Bank) -> list[Round]:
    """Return every joint total that a party of this node's circle proposed."""
    return fold_rounds(entries_of(node, bank, _KINDS))


def get_round(node: Node, bank: Bank, name: str) -> Round:
    """Return one of them, named as 'jordan:12'.

    Raises
    ------
    NotFound
        It is not held here.
    """
    return find_round(list_rounds(node, bank), name)


def propose_total(node: Node, keys: Keys, proposed: Mapping[str, Any]) -> str:
    """Publish a proposal; return its name.

    Parameters
    ----------
    node : Node
    keys : Keys
    proposed : mapping
        The fields of a 'joint-proposal' without its nonce.

    Raises
    ------
    NotAllowed
        Fewer than three parties.
    NotFound
        A party that is not followed here; no such observed property.
    NotAcceptable
        No such unit, no period, weights in a sum.
    """
    body = {**proposed, "nonce": secrets.token_hex(32)}
    get_term("observed_property", body["observed_property"])
    verify_unit(body["unit"])
    unknown = {one["party"] for one in body["parties"]} - node.cards().keys()
    if unknown:
        raise NotFound(
            f"no card of {min(unknown)!r} is here",
            hint="follow the party first: its commitment must be verified",
        )
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            index = _append(node, keys, bank, "joint-proposal", body)
            round_ = get_round(node, bank, f"{node.party}:{index}")
    return round_.name


def commit_figures(
    node: Node, keys: Keys, name: str, own: OwnFigures, address: Address | None
) -> Round:
    """Commit to this party's figures; their secrets are kept first.

    Raises
    ------
    NotAllowed
        This party is not named, or the proposal would tell a figure.
    NotAcceptable
        No period has a figure.
    Conflict
        It is committed already.
    """
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            round_ = get_round(node, bank, name)
            _verify_own_part(node, round_)
            if node.party in round_.commitments:
                raise Conflict(
                    f"{node.party!r} committed to {name} already",
                    hint="what is committed stands; for other figures, a new proposal",
                )
            if not own.values:
                raise NotAcceptable(
                    f"no period of {name} has a figure: {_reasons(own)}",
                    hint="what is absent is never zero: get the figures first",
                )
            kept = make_secrets(round_, node.party, own.values)
            keep_secrets(node, round_, kept)
            body = commitment_body(round_, kept, own.public)
            if address is not None:
                body["address"] = {"host": address.host, "port": address.port}
            _append(node, keys, bank, "joint-commitment", body)
            return get_round(node, bank, name)


def run_round(
    node: Node,
    keys: Keys,
    name: str,
    addresses: Mapping[str, Address],
    seconds: float,
) -> Round:
    """Compute with the other parties, and publish what came of it.

    Where all have told their totals, nothing is computed again.

    Parameters
    ----------
    node : Node
    keys : Keys
    name : str
    addresses : mapping of party to Address
        Those that differ from the ones in the commitments.
    seconds : float
        How long to wait for the others, from now to the end.

    Raises
    ------
    NotAgreed
        A party did not commit yet, or no period can be computed.
    NotVerified
        It broke off; nothing was published.
    """
    bring_up_to_date(node)
    with reading_bank(node.bank) as bank:
        rounds = list_rounds(node, bank)
        round_ = find_round(rounds, name)
        _verify_own_part(node, round_)
        if round_.agrees:
            return round_
        if round_.awaited:
            raise NotAgreed(
                f"{name}: {', '.join(round_.awaited)} did not commit yet",
                hint="pull their records; 'waternet joint show' says who did",
            )
        public = parties_public(bank, round_)
        withheld = withheld_before(round_, rounds, public)
    asked = {
        **_task(node, round_, addresses),
        "withheld": withheld,
        "public": {
            period: [round_.parties.index(party) for party in sorted(parties)]
            for period, parties in public.items()
        },
    }
    if not set(round_.body["periods"]) - withheld.keys():
        answer: dict[str, Any] = {"totals": {}, "withheld": withheld}
    else:
        answer = compute(asked, seconds)
    body = {
        "proposal": round_.proposal.reference(),
        "commitments": [
            said.reference() for _party, said in sorted(round_.commitments.items())
        ],
        "totals": [
            {"period": period, "total": total}
            for period, total in sorted(answer["totals"].items())
        ],
        "withheld": [
            {"period": period, "rule": rule}
            for period, rule in sorted(answer["withheld"].items())
        ],
    }
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            _tell(node, keys, bank, round_, body)
            return get_round(node, bank, name)


def _tell(
    node: Node, keys: Keys, bank: Bank, round_: Round, body: dict[str, Any]
) -> None:
    """Publish a total; where it was told before, see that it is the same.

    A party that was stopped before it could tell its own asks the others to compute
    once more.
    """
    told = get_round(node, bank, round_.name).totals.get(node.party)
    if told is None:
        _append(node, keys, bank, "joint-total", body)
    elif dict(told.entry.body) != body:
        raise NotVerified(
            f"{round_.name}: this time another total came than the one that stands in "
            f"entry {told.index} of {node.party!r}",
            hint="ask every party to open: 'waternet joint open'",
        )


def open_figures(node: Node, bank: Bank, name: str) -> dict[str, Any]:
    """Return this party's figures, nonces and shares of a round, for who may ask.

    Raises
    ------
    NotFound
        This party did not commit to it, or no longer holds the secrets.
    """
    round_ = get_round(node, bank, name)
    if node.party not in round_.commitments:
        raise NotFound(f"{node.party!r} did not commit to {name}")
    kept = read_secrets(node, round_)
    opened = {key: kept[key] for key in ("inputs", "parcels")}
    return {"proposal": round_.proposal.reference(), "party": node.party, **opened}


def check_opening(node: Node, bank: Bank, name: str, written: bytes) -> dict[str, int]:
    """Return the figures of another party's opening, held against its commitment.

    Raises
    ------
    NotAcceptable
        It is no opening of that round.
    Finding
        'bad-share': it is not what the party committed to; the evidence is kept.
    """
    round_ = get_round(node, bank, name)
    try:
        opened = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"no opening of {name}: {error}") from error
    try:
        return verify_opening(round_, opened)
    except Finding as finding:
        keep_evidence(node, finding)
        raise


def _task(
    node: Node, round_: Round, addresses: Mapping[str, Address]
) -> dict[str, Any]:
    """Return what the process needs to know, secrets among it."""
    kept = read_secrets(node, round_)
    parties = round_.parties
    peers = []
    for party in parties:
        said = round_.commitments[party].entry.body
        at = addresses.get(party)
        if at is None and "address" not in said:
            raise NotFound(
                f"{party!r} does not say where its computation listens",
                hint=f"give --peer {party}=HOST:PORT",
            )
        at = at or Address(said["address"]["host"], said["address"]["port"])
        peers.append(
            {
                "party": party,
                "host": at.host,
                "port": at.port,
                "certificate": said["certificate"],
            }
        )
    return {
        "own": parties.index(node.party),
        "peers": peers,
        "threshold": degree_of(len(parties)),
        "key": str(kept_path(node, round_, "pem").absolute()),
        "parcels": {
            place: kept["parcels"][party] for place, party in enumerate(parties)
        },
        "expected": {
            place: _parcel_digest(round_, party, node.party)
            for place, party in enumerate(parties)
        },
        "weights": list(round_.weights.values()),
        "percent": round_.body["percent"],
        "periods": round_.body["periods"],
        "common": round_.common_periods,
    }


def _parcel_digest(round_: Round, of: str, to: str) -> str:
    rows: Sequence[Mapping[str, str]] = round_.commitments[of].entry.body["parcels"]
    return next(row["sha256"] for row in rows if row["party"] == to)


def _verify_own_part(node: Node, round_: Round) -> None:
    round_.verify()
    if node.party not in round_.weights:
        raise NotAllowed(f"{node.party!r} is not named in {round_.name}")


def _append(node: Node, keys: Keys, bank: Bank, kind: str, body: dict[str, Any]) -> int:
    stage_blobs(node)
    index = append_drafts(node, keys, [Draft(kind, body, kind)])
    catch_up(node, bank, lambda _done, _of: None)
    return index


def _reasons(own: OwnFigures) -> str:
    told = [f"{period}: {reason}" for period, reason in sorted(own.without.items())]
    return "; ".join(told[:3])
