"""Parties that agreed on a policy, each served on a loopback port of its own."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from parties import LEVELS, Party, make_party, quiet
from serving import served

from waternet.api.app import make_app
from waternet.node.durable import write_durably
from waternet.node.folder import Node, open_node
from waternet.node.follow import Pulled, follow_party, pull_folder
from waternet.record.policy import majority_policy

NAMES = ("egypt", "israel", "jordan", "palestine")


@dataclass
class Circle:
    """Parties that follow one another; whoever is not served is away."""

    parties: dict[str, Party]
    doors: dict[str, ExitStack] = field(default_factory=dict)

    def __getitem__(self, party: str) -> Party:
        return self.parties[party]

    def leave(self, party: str) -> None:
        """Cut a party off: nobody can ask it any more."""
        self.doors[party].close()

    def pull(self, who: str, whom: str) -> Pulled:
        """Carry a party's public folder to another one, as on a stick."""
        return pull_folder(self[who].node, self[whom].node.public, quiet)

    def publish(self, party: str, rows: int = 0) -> None:
        """Let a party publish its levels, and so many more rows."""
        more = "".join(
            f"W1,2016-01-{day + 1:02d},-21{day % 10}\n" for day in range(rows)
        )
        self[party].read(LEVELS + more)
        self[party].publish("more of them")


@contextmanager
def circle_of(folder: Path, names: Sequence[str], policy: str = "") -> Iterator[Circle]:
    """Make parties that follow one another and serve themselves.

    Parameters
    ----------
    folder : Path
    names : sequence of str
    policy : str
        'none' for no policy; else a majority of them must cosign.
    """
    parties = {name: make_party(folder, name) for name in names}
    circle = Circle(parties)
    with ExitStack() as stack:
        for name, party in parties.items():
            door = circle.doors[name] = stack.enter_context(ExitStack())
            address = door.enter_context(served(make_app(party.node)))
            card = replace(party.node.cards()[name], addresses=(address,))
            write_durably(party.node.public / "card.json", card.to_json())
        introduce(parties.values())
        cards = [party.node.cards()[name] for name, party in parties.items()]
        agreed = majority_policy(
            [card.log_verifier for card in cards],
            [witness for card in cards if (witness := card.witness_verifier)],
        )
        for party in parties.values():
            if policy != "none":
                text = agreed.to_text().encode()
                write_durably(party.node.folder / "policy", text)
        yield circle


def introduce(parties) -> None:
    """Let every party follow all others."""
    for one in parties:
        for other in parties:
            if one is not other:
                follow_party(one.node, other.node.public / "card.json")


def copy_of(node: Node, folder: Path) -> Node:
    """Return a copy of a node, as a backup is one."""
    shutil.copytree(node.folder, folder)
    return open_node([folder])
