"""Agreement: what parties consent to by publishing the same bytes, and who has.

Rules and schedules are lines in a blob. Parties agree on one when each of them has
published it: the blobs have the same hash, whatever each calls it. Nobody is bound by
another's entry, and consent stands until a newer one is agreed by all.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waternet.bank.seal import writing_bank
from waternet.bank.standing import PublishedLines, published_lines
from waternet.bank.store import Bank
from waternet.node.appending import Keys, append_drafts
from waternet.node.drafts import Draft
from waternet.node.durable import make_durable
from waternet.node.folder import Node
from waternet.node.intake import catch_up
from waternet.node.log import stage_blobs
from waternet.node.recovery import recover_node
from waternet.record.blob import blob_path, verify_blob
from waternet.record.fields import Reference
from waternet.record.listing import read_lines, write_lines

__all__ = [
    "RULES",
    "SCHEDULE",
    "Proposal",
    "Subject",
    "lines_sha256",
    "list_proposals",
    "publish_lines",
    "read_published",
    "standing",
]

Lines = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is agreed on: the kind of its entries, and the field that names its blob."""

    kind: str
    field: str


RULES = Subject("qc", "rules")
SCHEDULE = Subject("schedule", "deliveries")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines that somebody published, with all who published the same.

    Attributes
    ----------
    sha256 : str
    agreed_by : mapping of party to PublishedLines
        The last entry of each with these lines.
    not_yet : tuple of str
        Parties of this node's circle that have not published them.
    """

    sha256: str
    agreed_by: Mapping[str, PublishedLines]
    not_yet: tuple[str, ...]


def lines_sha256(lines: Iterable[Mapping[str, Any]]) -> str:
    """Return the hash by which parties agree on these lines."""
    sink = io.BytesIO()
    write_lines(lines, sink)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def publish_lines(
    node: Node, keys: Keys, subject: Subject, lines: Lines, told: Mapping[str, str]
) -> int:
    """Append lines to the own record: proposed to others, or agreed with them.

    Parameters
    ----------
    node : Node
    keys : Keys
    subject : Subject
    lines : sequence of mapping
    told : mapping
        'name', 'version' and 'title'.

    Returns
    -------
    int
        The entry's index; that of the last one where it says the same.

    Raises
    ------
    Conflict
        Another process is writing to the node.
    """
    title = unicodedata.normalize("NFC", told["title"].strip()) or told["name"]
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            own = published_lines(bank, node.party, subject.kind, subject.field)
            sha256 = lines_sha256(lines)
            if own and own[-1].sha256 == sha256 and own[-1].title == title:
                return own[-1].index
            blobs = stage_blobs(node)
            with (blobs / sha256).open("wb") as sink:
                reference = write_lines(lines, sink)
            make_durable(blobs / sha256)
            body = {
                "name": told["name"],
                "version": told["version"],
                "title": title,
                subject.field: reference.to_json(),
            }
            index = append_drafts(node, keys, [Draft(subject.kind, body, title)])
            catch_up(node, bank, lambda _done, _of: None)
    return index


def list_proposals(node: Node, bank: Bank, subject: Subject) -> list[Proposal]:
    """Return all that a party of the circle published of a subject, the newest last.

    The circle is this party and all that it follows. What this party published comes
    in the order of its log; the others' before it.
    """
    circle = sorted(node.cards())
    by_hash: dict[str, dict[str, PublishedLines]] = {}
    for party in [*(one for one in circle if one != node.party), node.party]:
        for one in published_lines(bank, party, subject.kind, subject.field):
            by_hash.setdefault(one.sha256, {})[party] = one
    order = sorted(by_hash, key=lambda sha: _age(by_hash[sha], node.party))
    return [
        Proposal(
            sha256=sha,
            agreed_by=by_hash[sha],
            not_yet=tuple(party for party in circle if party not in by_hash[sha]),
        )
        for sha in order
    ]


def standing(proposals: Sequence[Proposal]) -> Proposal | None:
    """Return the newest that all agreed on, the same on every node of the circle.

    No clock and no party decides which is newest. Of each party's own order, from its
    last, the places of a proposal are taken together: the one whose worst place is
    the nearest to the last stands. Only where parties published the same ones in
    opposite orders can two be equal; then the smaller hash stands until one is
    published anew by all.
    """
    ranks: dict[str, list[int]] = {one.sha256: [] for one in proposals}
    for party in {party for one in proposals for party in one.agreed_by}:
        own = [one for one in proposals if party in one.agreed_by]
        own.sort(key=lambda one: -one.agreed_by[party].index)
        for place, one in enumerate(own):
            ranks[one.sha256].append(place)
    agreed = [one for one in proposals if not one.not_yet]
    return min(
        agreed,
        key=lambda one: (sorted(ranks[one.sha256], reverse=True), one.sha256),
        default=None,
    )


def read_published(
    node: Node, party: str, published: PublishedLines
) -> tuple[dict[str, Any], ...]:
    """Read the lines of a party's entry from what this node holds of its record.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable
        The blob is missing, damaged, or holds no lines.
    """
    path = node.records(party) / blob_path(published.sha256)
    reference = Reference(published.sha256, published.bytes, published.count)
    verify_blob(path, reference)
    return read_lines(path, reference)


def _age(agreed_by: Mapping[str, PublishedLines], party: str) -> tuple[int, str]:
    own = agreed_by.get(party)
    return (own.index if own else -1, min(agreed_by))
