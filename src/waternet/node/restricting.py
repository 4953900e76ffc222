"""Who reads what is about to be published, and its drafts sealed for them alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from waternet.bank.sharing import opened_releases, sealed_places, undertakings
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAllowed
from waternet.failpoint import failpoint
from waternet.node.dataset import Dataset, undertaken
from waternet.node.draft import Draft, stage_blob
from waternet.node.folder import Node
from waternet.node.opening import private_folder
from waternet.record.fields import Reference, write_time
from waternet.record.hashing import HashingSink
from waternet.record.sealing import (
    generate_release_key,
    lock_key,
    seal,
    verify_recipient,
)

__all__ = [
    "find_readers",
    "hidden_places",
    "is_past",
    "plain_folder",
    "recipient_of",
    "seal_drafts",
    "stage_keys",
    "undertaking_missing",
    "verify_releasable",
]

_COUNTED = {"observations": "rows", "findings": "rows"}
_BLOBS = ("places", "datastreams", "observations", "findings", "edits", "rules")


def verify_releasable(dataset: Dataset) -> None:
    """Raise `NotAllowed` where a dataset's terms let nothing be released."""
    if dataset.access == "closed":
        raise NotAllowed(
            f"dataset {dataset.id!r} is closed: nothing of it is released",
            hint="discard the import, or change the dataset's access in node.toml",
        )


def find_readers(node: Node, bank: Bank, dataset: Dataset) -> dict[str, str] | None:
    """Return who may read a dataset's next release: each one's recipient, by party.

    Returns
    -------
    dict of party to str, or None
        None where everybody may. The owner is always among them; a party that has
        yet to sign the dataset's undertaking is not.

    Raises
    ------
    NotAcceptable
        A party that should read has no card here, or no recipient on it.
    """
    if dataset.access not in ("parties", "embargo"):
        return None
    if dataset.access == "embargo" and is_past(str(dataset.opens)):
        return None
    return {
        party: recipient_of(node, party)
        for party in sorted({node.party, *dataset.parties})
        if party == node.party
        or not undertaking_missing(bank, node.party, dataset.terms(), party)
    }


def undertaking_missing(
    bank: Bank, owner: str, terms: Mapping[str, Any], party: str
) -> bool:
    """Return whether a party has yet to sign what the terms of a dataset ask."""
    if "undertaking" not in terms:
        return False
    return undertaken(terms) not in undertakings(bank, party, owner, terms["dataset"])


def is_past(moment: str) -> bool:
    """Return whether a moment of an entry lies behind this node's clock."""
    return moment.rstrip("Z") <= write_time(datetime.now(UTC)).rstrip("Z")


def recipient_of(node: Node, party: str) -> str:
    """Return to what figures for a party are encrypted.

    Raises
    ------
    NotAcceptable
        Its card is not here, or names no recipient.
    """
    card = node.cards().get(party)
    if card is None:
        raise NotAcceptable(
            f"figures are meant for {party!r}, whose card is not here",
            hint="'waternet follow CARD' accepts it; the terms stand in node.toml",
        )
    if not card.recipient:
        raise NotAcceptable(
            f"the card of {party!r} says not to whom figures for it are encrypted",
            hint="ask the party for a newer card, with a recipient",
        )
    verify_recipient(card.recipient, f"on the card of {party!r}")
    return card.recipient


def hidden_places(
    bank: Bank, party: str, readers: Mapping[str, str] | None
) -> set[str]:
    """Return the places that stand, but not for all who shall read the next release."""
    opened = opened_releases(bank, party)
    return {
        place
        for place, (index, to) in sealed_places(bank, party).items()
        if index not in opened and (readers is None or not readers.keys() <= to)
    }


def plain_folder(
    node: Node, blobs: Path, readers: Mapping[str, str] | None
) -> AbstractContextManager[Path]:
    """Give the folder in which blobs are made: a private one, if they will be sealed.

    What lies in `blobs` is public once its entries are committed.
    """
    return nullcontext(blobs) if readers is None else private_folder(node)


@dataclass(frozen=True, slots=True)
class _Sealing:
    """How the drafts of one import are sealed."""

    plain: Path
    blobs: Path
    release_key: str
    field: Mapping[str, Any]


def seal_drafts(
    drafts: Iterable[Draft],
    folders: tuple[Path, Path],
    bound: Mapping[str, str],
    readers: Mapping[str, str],
) -> list[Draft]:
    """Encrypt the blobs of an import's drafts to a fresh release key.

    Parameters
    ----------
    drafts : iterable of Draft
        Those with blobs.
    folders : (Path, Path)
        Where their blobs lie in plain text; where they are staged for the log.
    bound : mapping
        'dataset' and 'log'.
    readers : mapping of party to str
        Each one's recipient.
    """
    plain, blobs = folders
    key, to = generate_release_key(), sorted(readers)
    keys = stage_keys(blobs, key, {**bound, "to": to}, readers)
    sealing = _Sealing(plain, blobs, key, {"keys": keys.to_json(), "to": to})
    sealed = [_sealed(draft, sealing) for draft in drafts]
    failpoint("publish.sealed")
    return sealed


def stage_keys(
    blobs: Path, release_key: str, bound: Mapping[str, Any], readers: Mapping[str, str]
) -> Reference:
    """Stage a keys blob: the release key for `readers`, bound to `bound`."""
    content = lock_key(release_key, bound, readers)

    def write(sink: BinaryIO) -> Reference:
        hashing = HashingSink(sink)
        hashing.write(content)
        return hashing.reference(len(readers))

    return stage_blob(blobs, write)


def _sealed(draft: Draft, sealing: _Sealing) -> Draft:
    body = dict(draft.body)
    for name in body.keys() & set(_BLOBS):
        inside = Reference.from_json(body[name])
        source = sealing.plain / inside.sha256

        def write(
            sink: BinaryIO, source: Path = source, count: int = inside.count
        ) -> Reference:
            return seal(source, sink, sealing.release_key, count=count)

        reference = stage_blob(sealing.blobs, write)
        body[name] = reference.to_json(_COUNTED.get(name, "count"))
    body["sealed"] = dict(sealing.field)
    return replace(draft, body=body, readers=tuple(sealing.field["to"]))
