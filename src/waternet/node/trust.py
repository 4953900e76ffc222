"""The trust policy that the parties agreed on, and what is a quorum by it.

The policy is the file ``policy`` in the node's folder (C2SP tlog-policy); the parties'
registry brings it. Where there is none, or its quorum is ``none`` (a lone party, cards
handed over by hand), nothing is said of cosignatures: nobody promised any.
"""

from __future__ import annotations

from collections.abc import Collection

from waternet.exchange.card import Card
from waternet.node.folder import Node
from waternet.record import policy as record_policy
from waternet.record.policy import Policy, PolicyWitness, read_policy

__all__ = ["agreed_policy", "is_enough", "may_know_less"]


def agreed_policy(node: Node) -> Policy | None:
    """Return the policy that the parties agreed on; None where nobody need cosign.

    Raises
    ------
    NotAcceptable
        The file is not a policy.
    """
    path = node.folder / "policy"
    if not path.exists():
        return None
    policy = read_policy(path.read_bytes())
    return None if policy.quorum == "none" else policy


def is_enough(policy: Policy, card: Card, names: Collection[str]) -> bool:
    """Return whether these witnesses are a quorum for the log of that party.

    Parameters
    ----------
    policy : Policy
    card : Card
        Of the log.
    names : collection of str
        By the names that the policy gives them.
    """
    own = {one.name for one in policy.witnesses if _is_own(one, card)}
    return record_policy.is_enough(policy, own, names)


def may_know_less(node: Node) -> bool:
    """Return whether others must be asked first: this node was copied or restored.

    Nobody need be asked where the parties agreed on no policy.
    """
    return agreed_policy(node) is not None and not node.state.is_in_place()


def _is_own(witness: PolicyWitness, card: Card) -> bool:
    own = card.witness_verifier
    return own is not None and own.key == witness.verifier.key
