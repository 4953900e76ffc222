"""A node is a folder: where things lie in it, who it belongs to, who may write.

::

    node.toml        the party, its datasets with their terms
    keys/            steward's and log's (age-encrypted), witness's, recipient's;
                     delegates' in delegates/; closed to other users
    cards/           of the parties that this node follows, handed over
    registry/        which files of public/registry/ count
    public/          what is published: any web server or USB stick carries it on
    mirror/<party>/  other parties' public folders, verified
    inbox/           files that came by the Desk and are not imported yet; closed to
                     other users
    acts/            acts of delegates that were handed in and are not entered yet;
                     closed to other users
    pending/         imports that are not yet published
    staging/         entries on their way into the log
    opened/          restricted files while they are read; empty between commands
    desk.sqlite      numbers of what is published, and what stewards wrote by
                     SensorThings that is not published yet
    state.sqlite     how far each log stands (the commit point)
    bank/            the query view; may be deleted and rebuilt at any time
    noticed.sqlite   how far each person looked at what others published
    evidence/        what proves a finding against a party
    access.sqlite    people and programs with keys; closed to other users
    audit.sqlite     who wrote, was turned away, or read restricted figures; closed
                     to other users
"""

from __future__ import annotations

import fcntl
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
import tomli_w

from waternet.errors import Conflict, NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card, read_card
from waternet.node.dataset import Dataset
from waternet.node.durable import write_durably
from waternet.node.keys import write_key, write_secret
from waternet.node.registered import read_held, registered_cards
from waternet.node.state import State
from waternet.record.cosignature import generate_witness_signer
from waternet.record.note import generate_signer

__all__ = ["Dataset", "Node", "Profile", "create_node", "open_node", "read_profile"]

_TEXTS = {"party", "origin", "id", "licence", "attribution", "access", "about"}
_TEXTS |= {"interval", "area", "undertaking"}
_OWN_CARD = "restore it from your copy, or from cards of whoever follows you"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a party says of itself in node.toml."""

    party: str
    origin: str
    names: Mapping[str, str]
    datasets: tuple[Dataset, ...] = ()

    def to_toml(self) -> bytes:
        """Return the file node.toml."""
        return tomli_w.dumps(
            {
                "party": self.party,
                "origin": self.origin,
                "names": dict(self.names),
                "datasets": [dataset.to_toml() for dataset in self.datasets],
            }
        ).encode()


def read_profile(path: Path) -> Profile:
    """Read node.toml, or a party.toml in the same form.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is not TOML, or a field is missing or unknown; the message names it.
    """
    try:
        written: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for part in (written, *written.get("datasets", ())):
            _verify_texts(part)
        party = written["party"]
        return Profile(
            party=party,
            origin=written.get("origin", f"waternet/{party}"),
            names=written["names"],
            datasets=tuple(Dataset(**given) for given in written.get("datasets", ())),
        )
    except FileNotFoundError as error:
        raise NotFound(f"no file {path}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAcceptable(
            f"{path.name}: expected party, names and datasets, got {error}",
            hint="docs/reference/node.md shows a complete one",
        ) from error


def _verify_texts(written: Mapping[str, Any]) -> None:
    """Raise a TypeError where a field of a profile or dataset is of another type."""
    for name in _TEXTS & set(written):
        if not isinstance(written[name], str):
            raise TypeError(f"{name} = {written[name]!r}")
    if type(written.get("review", False)) is not bool:
        raise TypeError(f"review = {written['review']!r}; it is true or false")
    names = written.get("names", {})
    if not (
        isinstance(names, dict) and all(isinstance(n, str) for n in names.values())
    ):
        raise TypeError(f"names = {names!r}")


@dataclass(frozen=True, slots=True)
class Node:
    """One party's node. Paths only; opening it reads nothing but node.toml."""

    folder: Path
    profile: Profile

    @property
    def party(self) -> str:
        """The id of the party that it belongs to."""
        return self.profile.party

    @property
    def public(self) -> Path:
        """What this party publishes, as static files."""
        return self.folder / "public"

    @property
    def staging(self) -> Path:
        """Entries and blobs on their way into the log."""
        return self.folder / "staging"

    @property
    def pending(self) -> Path:
        """Imports that are not yet published."""
        return self.folder / "pending"

    @property
    def opened(self) -> Path:
        """What is being decrypted; closed to other users, empty between commands."""
        return self.folder / "opened"

    @property
    def bank(self) -> Path:
        """The query view."""
        return self.folder / "bank"

    @property
    def evidence(self) -> Path:
        """What proves a finding."""
        return self.folder / "evidence"

    @property
    def access(self) -> Path:
        """Who has keys; closed to other users."""
        return self.folder / "access.sqlite"

    @property
    def audit(self) -> Path:
        """The audit trail; closed to other users."""
        return self.folder / "audit.sqlite"

    @property
    def state(self) -> State:
        """How far each log stands."""
        return State(self.folder / "state.sqlite")

    def records(self, party: str) -> Path:
        """Where a party's record lies here: the own one, or a mirror."""
        return self.public if party == self.party else self.folder / "mirror" / party

    def key(self, role: str) -> Path:
        """Where a secret key lies: 'steward', 'log', 'witness' or 'recipient'."""
        return self.folder / "keys" / f"{role}.key"

    def cards(self) -> dict[str, Card]:
        """Return the cards of this party and of all it follows, by party.

        Those of the registry take the place of those accepted by hand.

        Raises
        ------
        NotFound, NotAcceptable, NotVerified
            A card is gone, damaged, or of another party than the one expected.
        """
        own = self.public / "card.json"
        others = sorted((self.folder / "cards").glob("*.json"))
        held = read_held(self.folder)
        expected = {self.party: own, **{path.stem: path for path in others}}
        if not own.is_file():
            raise NotFound(f"no file {own}", hint=_OWN_CARD)
        cards = {}
        for party, path in expected.items():
            name = str(path.relative_to(self.folder))
            cards[party] = read_card(path.read_bytes(), name)
            if cards[party].party != party:
                raise NotVerified(
                    f"{name} is the card of {cards[party].party!r}, not of {party!r}",
                    hint=f"restore {name} or node.toml from your copy",
                )
        if held:
            cards |= registered_cards(self.folder, held)
            for party in held.excluded:
                cards.pop(party, None)
        return cards

    def write_profile(self, profile: Profile) -> Node:
        """Replace node.toml and return the node as it is then."""
        write_durably(self.folder / "node.toml", profile.to_toml())
        return Node(self.folder, profile)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the node for writing: one process at a time.

        Raises
        ------
        Conflict
            Another process is writing to this node.
        """
        with (self.folder / "writing.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Conflict(
                    f"another process is writing to {self.folder.name}",
                    hint="wait until it has ended, then run the command again",
                ) from error
            yield


def create_node(folder: Path, profile: Profile, passphrase: str) -> Node:
    """Make a new node with fresh keys and an empty record.

    Parameters
    ----------
    folder : Path
        Must not hold a node already, nor what is left of one that has a record.
    profile : Profile
    passphrase : str
        Encrypts the signing keys' files; '' leaves them in plain text.

    Raises
    ------
    Conflict
        There is a node in that folder.
    """
    # Without its node.toml too: a record whose keys are lost cannot be continued.
    signs = ("node.toml", "public/checkpoint")
    known = State(folder / "state.sqlite").heads()
    if known or any((folder / sign).exists() for sign in signs):
        raise Conflict(
            f"{folder} already holds a node",
            hint="choose another folder; keys are never overwritten",
        )
    steward = generate_signer(f"{profile.origin}/steward")
    log = generate_signer(profile.origin)
    witness = generate_witness_signer(f"{profile.origin}/witness")
    recipient = pyrage.x25519.Identity.generate()
    card = Card(
        party=profile.party,
        names=profile.names,
        origin=profile.origin,
        log_key=log.verifier.to_text(),
        steward_key=steward.verifier.to_text(),
        witness_key=witness.verifier.to_text(),
        recipient=str(recipient.to_public()),
    )
    node = Node(folder, profile)
    write_key(node.key("steward"), steward, passphrase)
    write_key(node.key("log"), log, passphrase)
    write_secret(node.key("witness"), witness.to_text(), "")
    write_secret(node.key("recipient"), str(recipient), "")
    for made in (node.pending, node.staging, folder / "cards"):
        made.mkdir(parents=True, exist_ok=True)
    write_durably(node.public / "card.json", card.to_json())
    node.state.mark_place()
    return node.write_profile(profile)  # last: only a whole node has one


def open_node(folders: Sequence[Path]) -> Node:
    """Open the first of `folders` that holds a node.

    Raises
    ------
    NotFound
        None of them does.
    """
    for folder in folders:
        if (folder / "node.toml").exists():
            return Node(folder.resolve(), read_profile(folder / "node.toml"))
    raise NotFound(
        f"no node in {folders[0]}",
        hint="'waternet init FOLDER' makes one; --node or WATERNET_NODE names one",
    )
