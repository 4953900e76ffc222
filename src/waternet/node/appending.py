"""Entries signed with the party's keys and appended to its own log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from waternet.node.draft import Draft
from waternet.node.folder import Node
from waternet.node.log import append_entries, read_head
from waternet.node.whereabouts import verify_newest
from waternet.record.entry import Entry, sign_entry
from waternet.record.fields import write_time
from waternet.record.note import Signer

__all__ = ["Keys", "append_drafts"]


@dataclass(frozen=True, slots=True)
class Keys:
    """What a party signs with: its steward's key for entries, its log's for heads."""

    steward: Signer
    log: Signer


def append_drafts(node: Node, keys: Keys, drafts: Sequence[Draft]) -> int:
    """Sign entries and append them to the own log; return the index of the first.

    Raises
    ------
    Finding
        'restored-backup': others know more of this log, or must be asked first.
    """
    verify_newest(node)
    cards = node.cards()
    heads = tuple(
        read_head(node, head.party)
        for head in node.state.heads()
        if head.party != node.party and head.party in cards
    )
    issued = write_time(datetime.now(UTC).replace(microsecond=0))
    origin = cards[node.party].origin
    signed = [
        sign_entry(
            Entry(draft.kind, origin, node.party, issued, draft.body, heads),
            keys.steward,
        )
        for draft in drafts
    ]
    return append_entries(node, signed, keys.log)
