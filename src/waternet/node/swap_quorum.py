"""How far each log is cosigned, where two sides are about to open to each other."""

from __future__ import annotations

import time

from waternet.node.folder import Node
from waternet.node.policy import node_policy
from waternet.node.quorum import cosigned_sizes, join_cosignatures
from waternet.node.trust import is_enough

__all__ = ["cosigned_entries"]


def cosigned_entries(node: Node) -> dict[str, int]:
    """Return how many entries of each log a quorum has cosigned.

    By the policy that the parties agreed on; where they agreed on none, by a majority
    of the witnesses on the cards that this node holds, of the present heads.
    """
    now = int(time.time())
    sizes = cosigned_sizes(node, now)
    if sizes is not None:
        return sizes
    policy = node_policy(node)
    found = {}
    for party, card in node.cards().items():
        head = node.state.head(party)
        if head.size:
            joined = join_cosignatures(policy, card, [head.checkpoint], now)
            met = is_enough(policy, card, joined.times)
            found[party] = head.size if met else 0
    return found
