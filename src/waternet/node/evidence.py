"""What proves a finding to somebody who was not there, kept in the node's folder."""

from __future__ import annotations

import hashlib

from waternet.exchange.finding import Finding
from waternet.node.durable import write_durably
from waternet.node.folder import Node

__all__ = ["keep_evidence"]


def keep_evidence(node: Node, finding: Finding) -> None:
    """Keep what proves a finding, each piece once, named by what is in it."""
    for name, content in finding.evidence.items():
        digest = hashlib.sha256(content).hexdigest()[:12]
        file = f"{finding.party}-{finding.name}-{name}-{digest}.txt"
        write_durably(node.evidence / file, content)
