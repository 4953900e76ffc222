"""An entry as it was signed, and what checks it elsewhere."""

from __future__ import annotations

from typing import Any

from waternet.node.attested import AttestedEntry
from waternet.node.bundle import policy_digest
from waternet.node.policy import node_policy
from waternet.portal.page import Visit
from waternet.portal.proof.told import at_second
from waternet.record.note import read_note

__all__ = ["signed_view"]


def signed_view(visit: Visit, one: AttestedEntry) -> dict[str, Any]:
    """Return what templates show of a signed entry.

    Returns
    -------
    dict
        entry (the AttestedEntry), issued (datetime or None), text (the signed line,
        broken for reading at commas that part fields), signatures (lines below it),
        policy_digest, cosigned (party, witness, when, size), seen.
    """
    text, signatures = "", list[str]()
    if one.signed:
        note = read_note(one.signed)
        text = note.text
        signatures = [f"— {line.name}" for line in note.signatures]
    policy = node_policy(visit.node).to_text().encode("utf-8", "surrogateescape")
    agreement = one.agreement
    return {
        "entry": one,
        "issued": at_second(one.entry.issued) if one.entry else None,
        "text": text,
        "signatures": signatures,
        "policy_digest": policy_digest(policy),
        "cosigned": [
            {
                "party": line.party,
                "witness": line.witness,
                "when": at_second(line.seconds),
                "size": line.size,
                "key": line.key,
            }
            for line in (agreement.cosignatures if agreement else ())
        ],
        "seen": at_second(one.seen),
    }
