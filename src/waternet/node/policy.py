"""The trust policy of a node: whose logs and witnesses it goes by, and how many."""

from __future__ import annotations

from waternet.node.folder import Node
from waternet.node.trust import agreed_policy
from waternet.record.policy import Policy, majority_policy

__all__ = ["node_policy"]


def node_policy(node: Node) -> Policy:
    """Return the policy by which this node judges heads and proofs.

    It is the one that the parties agreed on. Where they agreed on none, it is made of
    the cards that the node holds: their present log keys, and a majority of their
    witnesses; none where the node follows nobody, for a party's own witness does not
    cosign its log.

    Raises
    ------
    NotFound, NotAcceptable, NotVerified
        A card is gone, damaged, or of another party than the one expected.
    """
    if agreed := agreed_policy(node):
        return agreed
    cards = [card for _party, card in sorted(node.cards().items())]
    witnesses = [card.witness_verifier for card in cards if card.witness_verifier]
    is_alone = all(card.party == node.party for card in cards)
    return majority_policy(
        [card.log_verifier for card in cards], [] if is_alone else witnesses
    )
