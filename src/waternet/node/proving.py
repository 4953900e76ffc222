"""Proofs to hand out: that a party's log holds an entry, with the figure it brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from waternet.bank.history import get_history
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAllowed, NotFound, NotVerified
from waternet.exchange.walk import SeenHead
from waternet.exchange.witness import witness_path
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.record.blob import blob_path, verify_blob
from waternet.record.cosignature import add_signatures
from waternet.record.entry import read_entry
from waternet.record.fields import Reference, write_time
from waternet.record.figure_proof import CARRIED, MOST_CARRIED, FigureProof
from waternet.record.note import Signature, read_note
from waternet.record.proof import Proof
from waternet.record.tree import inclusion_proof

__all__ = ["left_out", "prove_entry", "prove_figure", "prove_statement"]


def prove_figure(node: Node, bank: Bank, datastream: str, time: datetime) -> Proof:
    """Prove the figure that stands: with the entry that brought it, and its files.

    Parameters
    ----------
    node : Node
    bank : Bank
        Of the node, up to date.
    datastream : address 'party:name'
    time : datetime
        With time zone; the figure's own time exactly.

    Returns
    -------
    Proof
        Files that are together larger than `MOST_CARRIED` are left out, the figures
        first; `left_out` names them.

    Raises
    ------
    NotFound
        There is no such figure, or it stands no more; or its file is not here.
    NotAllowed
        The figure is restricted: a proof would carry it in the open.
    """
    party = datastream.partition(":")[0]
    last = get_history(bank, datastream, time).to_pylist()[-1]
    index = last["release"]
    if last["value"] is None:
        raise NotFound(
            f"{datastream!r} has no figure at {time.isoformat()} any more: entry "
            f"{index} of {party!r} says '{last['change']}'",
            hint=f"'waternet prove {party}:{index}' proves that entry",
        )
    return prove_statement(node, datastream, last["time"], index)


def prove_statement(node: Node, datastream: str, time: datetime, release: int) -> Proof:
    """Prove what one release stated of a figure, whether or not it still stands.

    Parameters
    ----------
    node : Node
    datastream : address 'party:name'
    time : datetime
        The figure's own, in UTC.
    release : int
        That stated it; whoever checks the proof sees whether it did.

    Raises
    ------
    NotFound
        A file of the release is not here.
    NotAllowed
        The figure is restricted: a proof would carry it in the open.
    """
    party, _colon, name = datastream.partition(":")
    head = seen_head(node, party)
    signed = _signed(head, release)
    entry = read_entry(signed)
    if "sealed" in entry.body:
        raise NotAllowed(
            f"the figures of entry {release} of {party!r} are restricted: a proof "
            "would carry them in the open",
            hint=f"'waternet prove {party}:{release}' proves the entry without them",
        )
    blobs = _carried(node, party, entry.references())
    carried = FigureProof(signed, name, write_time(time), blobs)
    return _proof(node, head, release, carried)


def prove_entry(node: Node, party: str, index: int) -> Proof:
    """Prove one entry of a party's log, without what its files hold.

    Raises
    ------
    NotFound
        This node knows no such party, or no such entry of it.
    """
    if party not in node.cards():
        known = ", ".join(sorted(node.cards()))
        raise NotFound(f"no party {party!r} here", hint=f"there are {known}")
    head = seen_head(node, party)
    size = head.checkpoint.size
    if index >= size:
        raise NotFound(
            f"{party!r} has no entry {index} here",
            hint=f"its entries run from 0 to {size - 1}" if size else "it has none",
        )
    return _proof(node, head, index, FigureProof(_signed(head, index), "", "", {}))


def left_out(carried: FigureProof) -> Mapping[str, Reference]:
    """Return the files that a figure's proof needs beside it, by field."""
    if not carried.datastream:
        return {}
    references = read_entry(carried.entry).references()
    return {name: references[name] for name in CARRIED if name not in carried.blobs}


def _signed(head: SeenHead, index: int) -> bytes:
    (signed,) = head.reader.entries(index, index + 1)
    return signed


def _proof(node: Node, head: SeenHead, index: int, carried: FigureProof) -> Proof:
    hashes = inclusion_proof(index, head.checkpoint.size, head.reader.hash)
    signed = add_signatures(head.signed, _cosignatures(node, head))
    return Proof(index, tuple(hashes), signed, carried.to_extra())


def _cosignatures(node: Node, head: SeenHead) -> Iterator[Signature]:
    """Yield what this node and those that it follows show as cosigned of this head."""
    text, cards = read_note(head.signed).text, node.cards()
    for party, card in cards.items():
        path = node.records(party) / witness_path(head.checkpoint.origin)
        witness = card.witness_verifier
        if witness is None or not path.is_file():
            continue
        try:
            note = read_note(path.read_bytes())
            for line in note.signatures:
                is_witness = (line.name, line.key_id) == (witness.name, witness.key_id)
                if note.text == text and is_witness:
                    witness.verify(text, line.signature)
                    yield line
        except (NotAcceptable, NotVerified):
            continue  # of a mirror that is damaged: the proof does without


def _carried(
    node: Node, party: str, references: Mapping[str, Reference]
) -> dict[str, Any]:
    """Return the files of a figure, as far as there is room, each as it was signed."""
    blobs: dict[str, bytes] = {}
    for name in CARRIED:
        reference = references[name]
        if sum(map(len, blobs.values())) + reference.bytes <= MOST_CARRIED:
            path = node.records(party) / blob_path(reference.sha256)
            verify_blob(path, reference)
            blobs[name] = path.read_bytes()
    return blobs
