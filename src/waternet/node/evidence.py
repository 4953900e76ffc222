"""What proves a finding to somebody who was not there, kept in the node's folder."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.evidence import EVIDENCE_HEADER, MOST_EVIDENCE, read_evidence
from waternet.exchange.finding import Finding
from waternet.exchange.source import FolderSource
from waternet.exchange.verdict import Trusted, Verdict, verify_evidence
from waternet.node.durable import write_durably
from waternet.node.folder import Node
from waternet.node.policy import node_policy

__all__ = ["KeptEvidence", "find_evidence", "keep_evidence", "list_evidence"]

_FILE = re.compile(r".+-evidence-([0-9a-f]{12})\.txt")
_MOST = 100  # files that are listed


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """One file that proves a fault to anybody; it holds nothing but signed text.

    Attributes
    ----------
    digest : str
        The first twelve hexadecimal digits of its SHA-256.
    verdict : Verdict
        What it proves, by the cards and the policy of this node.
    seconds : int
        When it was kept, since 1970, UTC, by this node's clock.
    written : bytes
    """

    digest: str
    verdict: Verdict
    seconds: int
    written: bytes


def keep_evidence(node: Node, finding: Finding) -> None:
    """Keep what proves a finding, each piece once, named by what is in it."""
    for name, content in finding.evidence.items():
        digest = hashlib.sha256(content).hexdigest()[:12]
        file = f"{finding.party}-{finding.name}-{name}-{digest}.txt"
        write_durably(node.evidence / file, content)


def list_evidence(node: Node) -> list[KeptEvidence]:
    """Return the evidence that holds, the newest first.

    Files that prove nothing to a stranger, as single heads that were shown, are left
    out; so is a file that was altered.
    """
    found = []
    for path in sorted(node.evidence.glob("*-evidence-*.txt"), key=_when, reverse=True):
        kept = _kept(node, path)
        if kept is not None:
            found.append(kept)
        if len(found) == _MOST:
            break
    return found


def find_evidence(node: Node, digest: str) -> KeptEvidence:
    """Return one piece of evidence by its digest.

    Raises
    ------
    NotFound
        There is none that holds.
    """
    if re.fullmatch(r"[0-9a-f]{12}", digest):
        for path in sorted(node.evidence.glob(f"*-evidence-{digest}.txt")):
            kept = _kept(node, path)
            if kept is not None:
                return kept
    raise NotFound(f"no evidence {digest[:12]!r} here")


def _kept(node: Node, path: Path) -> KeptEvidence | None:
    """Return a file with what it proves; None where that is nothing."""
    named = _FILE.fullmatch(path.name)
    if named is None:
        return None
    try:
        written = FolderSource(path.parent).read(path.name, MOST_EVIDENCE)
        is_same = hashlib.sha256(written).hexdigest().startswith(named[1])
        if not is_same or not written.startswith(EVIDENCE_HEADER.encode()):
            return None
        trusted = Trusted([*node.cards().values()], node_policy(node))
        verdict = verify_evidence(read_evidence(written), trusted)
    except (NotAcceptable, NotFound, NotVerified):
        return None
    return KeptEvidence(named[1], verdict, int(_when(path)), written)


def _when(path: Path) -> float:
    return path.stat().st_mtime
