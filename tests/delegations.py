"""Parties with nodes whose delegates act in a group: what is done stands in records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from parties import make_party, quiet

from waternet.bank.seal import reading_bank
from waternet.node.acting import Asked, Doing, Hands, Performed, perform
from waternet.node.credentials import Given, give_credential, own_key
from waternet.node.folder import Node
from waternet.node.follow import follow_party
from waternet.node.groups import find_group, group_names, group_state
from waternet.node.publish import read_keys
from waternet.node.pull import pull_records
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.state import State

ALL = ["core", "observer", "regional"]


def plain_charter(*parties: str) -> dict[str, Any]:
    """Return a charter by which all parties are equal and all must agree."""
    return {
        "name": "basin",
        "titles": {"en": "Basin"},
        "languages": ["ar", "en", "he"],
        "members": [
            {"id": one, "names": {"en": one.title()}, "role": "core"} for one in parties
        ],
        "bodies": [
            {
                "id": "water",
                "names": {"en": "Water"},
                "level": "experts",
                "gavel": [parties[0]],
                "rights": dict.fromkeys(
                    ("propose", "consent", "call", "chair", "pledge", "attend"), ALL
                ),
                "consensus": {"how": "all", "of": ["core"]},
            }
        ],
        "change": {"how": "all", "of": ["core"]},
    }


@dataclass
class Delegations:
    """Nodes of parties by id, that pull from one another."""

    nodes: dict[str, Node]

    def pull(self) -> None:
        """Let everybody take in what the others published."""
        for node in self.nodes.values() if len(self.nodes) > 1 else ():
            pull_records(node, [], quiet)

    def hands(self, party: str, delegate: str = "envoy") -> Hands:
        """Return what signs."""
        node = self.nodes[party]
        return Hands(read_keys(node, ""), own_key(node, delegate, ""))

    def accredit(self, party: str, delegate: str = "envoy", **given: Any) -> int:
        """Give a delegate a credential, with a key that lies on the party's node."""
        node = self.nodes[party]
        key = own_key(node, delegate, "")
        told = Given(delegate, {"en": delegate.title()}, **given)
        vkey = key.verifier.to_text()
        return give_credential(node, read_keys(node, ""), told, vkey)

    def act(
        self,
        party: str,
        verb: str,
        subject: str,
        body: Mapping[str, Any] | None = None,
        on: Sequence[str] = (),
    ) -> Performed:
        """Do something for a party."""
        doing = Doing(verb, subject, body or {}, tuple(on))
        asked = Asked(delegate="envoy")
        return perform(
            self.nodes[party], self.hands(party), asked, lambda _state: doing
        )

    def found(self, **changed: Any) -> str:
        """Found the group with everybody's consent; return its id.

        `changed` are fields of the charter.
        """
        parties = sorted(self.nodes)
        told = {**plain_charter(*parties), **changed}
        first = parties[0]
        founded = self.act(first, "charter.found", "charter", {"charter": told}).act
        self.pull()
        to = read_charter(told).sha256
        expires = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
        consent = {"to": to, "expires": expires}
        given = [
            self.act(one, "charter.consent", "charter", consent).act.id
            for one in parties
        ]
        self.pull()
        self.act(first, "charter.adopt", "charter", {}, given)
        self.pull()
        return founded.id

    def state(self, party: str) -> State:
        """Return what stands in the group, as a party's node has it."""
        node = self.nodes[party]
        with reading_bank(node.bank) as bank:
            return group_state(node, bank, find_group(group_names(node, bank), ""))


def make_delegations(folder: Path, *parties: str) -> Delegations:
    """Make nodes that follow one another, each with a delegate, 'envoy'."""
    nodes = {one: make_party(folder, one).node for one in parties}
    made = Delegations(nodes)
    for party in parties:
        made.accredit(party)
    for party, node in nodes.items():
        for other in nodes.values():
            if other.party != party:
                follow_party(node, str(other.public))
    made.pull()
    return made
