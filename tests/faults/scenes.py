"""Prepared parties on whom faults are tried, and what must be true afterwards."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from faults.act import act, main
from forks import Fork, Place
from parties import LEVELS, make_party, quiet

from waternet.bank.discovery import find_datastreams, find_places
from waternet.bank.query import get_observations
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.exchange.walk import read_entries
from waternet.node.folder import Node, open_node
from waternet.node.follow import follow_party, pull_folder
from waternet.node.intake import seen_head
from waternet.node.pending import list_pending
from waternet.node.verification import verify_node
from waternet.record.note import read_note

_ONE_TIME = "2026-01-01T00:00:00Z"
SMALL_RELEASES = 14  # with the first and the last one: as many as crowd a bucket


@dataclass(frozen=True)
class World:
    """A folder with a few parties in it.

    Attributes
    ----------
    folder : Path
        ``jordan`` has one import pending, whose publication crowds a bucket of its
        bank; ``israel`` follows it and has pulled all the rest; ``finished`` is
        jordan with that import published.
    """

    folder: Path

    def node(self, party: str) -> Node:
        """Open one party's node."""
        return open_node([self.folder / party])

    def copy(self, folder: Path) -> "World":
        """Return the same world elsewhere."""
        shutil.copytree(self.folder, folder)
        return World(folder)

    def scene(self, command: str) -> "Scene":
        """Return the command with the node that it is tried on."""
        if command == "pull":
            arguments = (self.folder / "finished" / "public",)
            return Scene(self.node("israel"), command, arguments)
        if command == "cosign":  # israel cosigned jordan's head when it pulled
            follow_party(self.node("jordan"), self.node("israel").public / "card.json")
            arguments = (self.folder / "israel" / "public",)
            return Scene(self.node("jordan"), command, arguments)
        party = "jordan" if command in ("publish", "edit") else "finished"
        return Scene(self.node(party), command)


@dataclass(frozen=True)
class Scene:
    """One command on one node."""

    node: Node
    command: str
    arguments: tuple[Path, ...] = ()

    def start(self, **environment: str) -> Fork:
        """Start it in a process of its own."""
        words = (self.node.folder, self.command, *self.arguments)
        return Fork(main, words, Place(Path.cwd(), os.environ | environment))

    def run(self, **environment: str) -> tuple[int, str]:
        """Run it in a process of its own; return its exit code and what it said."""
        ended = self.start(**environment).wait()
        return ended.code, ended.errors

    def again(self) -> None:
        """Run it here and now."""
        act(self.node, self.command, *self.arguments)


def make_world(folder: Path) -> World:
    """Prepare the parties."""
    jordan, israel = make_party(folder, "jordan"), make_party(folder, "israel")
    jordan.read()
    jordan.publish()
    text = LEVELS
    for month in range(4, 4 + SMALL_RELEASES):
        text += f"W1,{2015 + month // 12}-{month % 12 + 1:02d}-01,-{214 + month / 10}\n"
        jordan.read(text)
        jordan.publish()
    follow_party(israel.node, jordan.node.public / "card.json")
    pull_folder(israel.node, jordan.node.public, quiet)
    jordan.read(text.replace("-214.5", "-214.6") + "W3,2015-01-01,3.5\n", "new.csv")
    world = World(folder)
    shutil.copytree(folder / "jordan", folder / "finished")
    finished = world.node("finished")
    act(finished, "publish")
    return world


def answers(node: Node) -> dict[str, Any]:
    """Return everything that the joint bank answers."""
    with Bank.open(node.bank) as bank:
        return {
            "observations": get_observations(bank, Selection()).to_pylist(),
            "places": find_places(bank, Selection()).to_pylist(),
            "datastreams": find_datastreams(bank, Selection()).to_pylist(),
        }


def entries(node: Node) -> dict[str, list[tuple[str, Any]]]:
    """Return what stands in each log, without the time at which it was signed."""
    return {
        party: [
            (one.entry.kind, one.entry.body)
            for one in read_entries(card, seen_head(node, party), 0)
        ]
        for party, card in node.cards().items()
        if seen_head(node, party).checkpoint.size
    }


def state(node: Node) -> dict[str, Any]:
    """Return all that must be as if nothing had happened."""
    return {
        "answers": answers(node),
        "entries": entries(node),
        "pending": [
            (one.folder.name, [replace(edit, made=_ONE_TIME) for edit in one.edits])
            for one in list_pending(node)
        ],
        "findings": list(map(str, verify_node(node, quiet).findings)),
        "cosignatures": cosignatures(node),
        "cosigned": cosigned(node),
        "left behind": left_behind(node),
    }


def cosignatures(node: Node) -> list[list[str]]:
    """Return who signed the own head, as it was kept and as it is published."""
    path = node.public / "checkpoint"
    kept = node.state.head(node.party).checkpoint
    heads = [kept, path.read_bytes() if path.exists() else b""]
    return [[line.name for line in read_note(one).signatures] for one in heads if one]


def cosigned(node: Node) -> dict[str, str]:
    """Return the heads of others' logs that this node shows with its cosignature."""
    shown = sorted(node.public.glob("witness/*/checkpoint"))
    return {path.parent.name: read_note(path.read_bytes()).text for path in shown}


def left_behind(node: Node) -> list[str]:
    """Return the files that a stopped command left here and nobody took away."""
    patterns = ("staging/**/*", "bank.*/**/*", "pending/unfinished-*/*")
    found = [path for pattern in patterns for path in node.folder.glob(pattern)]
    return sorted(
        str(path.relative_to(node.folder)) for path in found if path.is_file()
    )
