"""Several parties that follow one another, and compute together."""

import itertools
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parties import Party, make_party

from waternet.bank.seal import reading_bank
from waternet.cli.main import run
from waternet.exchange.joint_round import Round
from waternet.node.appending import Keys
from waternet.node.folder import open_node
from waternet.node.joint import (
    Address,
    commit_figures,
    get_round,
    propose_total,
    run_round,
)
from waternet.node.joint_figures import OwnFigures, from_table
from waternet.node.publish import read_keys

SECONDS = 60  # far more than is needed: nothing waits for it unless something is wrong


@dataclass
class Circle:
    """Parties by name, in one folder."""

    folder: Path
    parties: dict[str, Party]
    areas: Iterator[int] = field(default_factory=itertools.count)

    def keys(self, party: str) -> Keys:
        return read_keys(self.parties[party].node, "")

    def copied(self, folder: Path) -> "Circle":
        """Return a copy of all of it, to be written to."""
        home = shutil.copytree(self.folder, folder / "nodes")
        parties = {
            name: Party(open_node([home / one.node.folder.name]), home / one.desk.name)
            for name, one in self.parties.items()
        }
        return Circle(home, parties)

    def tell(self) -> None:
        """Let everybody pull from everybody."""
        for one in self.parties.values():
            assert run(["pull", str(self.folder), "--node", str(one.node.folder)]) == 0

    def propose(self, **changed: Any) -> str:
        """Let the first party propose a sum over the first three; tell everybody.

        Each proposal is of another area, unless it says which.
        """
        proposed = {
            "name": "abstraction",
            "title": "Abstraction from the aquifer",
            "statistic": "sum",
            "observed_property": "groundwater-abstraction",
            "area": f"example:aquifer-{next(self.areas)}",
            "unit": "hm3",
            "decimals": 3,
            "periods": ["2015"],
            "parties": [{"party": one, "weight": 1} for one in [*self.parties][:3]],
            "percent": 10,
        }
        first = next(iter(self.parties))
        node = self.parties[first].node
        name = propose_total(node, self.keys(first), {**proposed, **changed})
        self.tell()
        return name

    def commit(self, name: str, figures: Mapping[str, str]) -> dict[str, Address]:
        """Let each party commit to a table of figures; tell everybody."""
        addresses = dict(zip(figures, free_addresses(len(figures)), strict=True))
        for party, table in figures.items():
            own = self.figures(name, party, table)
            node, keys = self.parties[party].node, self.keys(party)
            commit_figures(node, keys, name, own, addresses[party])
        self.tell()
        return addresses

    def figures(self, name: str, party: str, table: str) -> OwnFigures:
        path = self.parties[party].desk / "figures.csv"
        path.write_text("period,value,unit\n" + table, encoding="utf-8")
        return from_table(self.round(party, name), path)

    def round(self, party: str, name: str) -> Round:
        """Return the round as a party sees it."""
        node = self.parties[party].node
        with reading_bank(node.bank) as bank:
            return get_round(node, bank, name)

    def run(self, name: str, parties: Iterable[str] = (), **asked: Any) -> list[Any]:
        """Let parties compute at the same time; return what each got or raised."""

        def one(party: str) -> Callable[[], Round]:
            node, keys = self.parties[party].node, self.keys(party)
            seconds = asked.get("seconds", SECONDS)
            return lambda: run_round(node, keys, name, {}, seconds)

        first = next(iter(self.parties))
        return at_once(
            [one(party) for party in parties or self.round(first, name).parties]
        )


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same time; return what each gave or raised."""
    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(work) for work in works]
        return [one.exception() or one.result() for one in running]


def make_circle(folder: Path, names: Iterable[str], **terms: Any) -> Circle:
    """Make nodes of parties that follow one another."""
    home = folder / "nodes"
    parties = {name: make_party(home, name, **terms) for name in names}
    for one in parties.values():
        for other in parties.values():
            if other is not one:
                card = other.node.public / "card.json"
                words = ["follow", str(card), "--node", str(one.node.folder)]
                assert run(words) == 0
    return Circle(home, parties)


def free_addresses(count: int) -> list[Address]:
    """Return loopback addresses at which nobody listens now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [Address("127.0.0.1", one.getsockname()[1]) for one in sockets]
