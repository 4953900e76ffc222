"""Opening what is restricted: which release keys this node holds, and the files.

Plaintext is only ever in a folder of its own, closed to other users, one file at a
time; what a stopped command left there is removed by the next one that writes.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from waternet.errors import (
    NotAcceptable,
    NotAllowed,
    NotFound,
    NotVerified,
    WaternetError,
)
from waternet.exchange.card import Card
from waternet.exchange.consent import ran_out, replayed, verify_bound, verify_grant
from waternet.exchange.finding import Finding
from waternet.exchange.walk import SeenHead, SignedEntry, read_entries
from waternet.failpoint import failpoint
from waternet.node.folder import Node
from waternet.node.heads import first_seen
from waternet.node.joined_keys import joined_key
from waternet.node.keys import read_secret
from waternet.node.log import seen_head
from waternet.record.blob import blob_path, verify_blob
from waternet.record.fields import Reference
from waternet.record.sealing import (
    MOST_KEYS,
    opens,
    read_identities,
    unlock_key,
    unseal,
)

__all__ = [
    "Keyring",
    "opened_blob",
    "own_release_keys",
    "private_folder",
    "read_own_identities",
]


def read_own_identities(node: Node) -> list[str]:
    """Return the secret keys that open what is encrypted to this party, newest first.

    Earlier ones may stand below the present one in the same file.

    Raises
    ------
    NotAllowed
        There is no such key here.
    NotAcceptable
        The file is damaged.
    """
    return read_identities(read_secret(node.key("recipient")))


class Keyring:
    """The release keys of one party's log that this node may use.

    It has them from a release to which this party is a reader, from a swap that was
    completed, from a grant to this party, from an opening to all. The first of these
    that opens a release counts: what comes later only fills gaps, and takes nothing.
    """

    def __init__(
        self, node: Node, card: Card, head: SeenHead, nonces: Iterable[str] = ()
    ) -> None:
        self._node = node
        self._card = card
        self._head = head
        self._nonces = set(nonces)
        self._own: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._granted: dict[str, list[str]] = {}
        self._open: dict[str, list[str]] = {}
        self._findings: dict[int, Finding] = {}
        self._unlocks: dict[int, list[SignedEntry]] = {}

    @property
    def findings(self) -> Mapping[int, Finding]:
        """What is wrong with grants and openings, by their index."""
        return self._findings

    def unlocked_by(self, index: int) -> list[SignedEntry]:
        """Return the releases that a grant or an opening lets this node read."""
        return self._unlocks.get(index, [])

    def learn(self, one: SignedEntry) -> None:
        """Take the keys that an entry brings; remember what is wrong with it."""
        try:
            if one.entry.kind == "grant":
                self._learn_grant(one)
            elif one.entry.kind == "open":
                self._learn_opening(one)
        except Finding as finding:
            self._findings[one.index] = finding
        except (NotFound, NotVerified) as error:
            name = "missing-blob" if isinstance(error, NotFound) else "corrupt-blob"
            told = f"the keys of entry {one.index} of {self._card.party!r}: {error}"
            self._findings[one.index] = Finding(
                name, told, party=self._card.party, index=one.index
            )

    def key(self, one: SignedEntry) -> str:
        """Return the key of a restricted entry; '' where it is not for this party.

        Raises
        ------
        NotFound, NotVerified
            The keys blob is missing, or is not the one that was signed.
        Finding
            'unreadable-blob' or 'replayed-consent': the key is meant for this party,
            but cannot be had from it.
        """
        name = one.entry.body["sealed"]["keys"]["sha256"]
        found = [joined_key(self._node, name)]
        found += [*self._granted.get(name, ()), *self._open.get(name, ())]
        found = [key for key in found if key]
        if self._node.party in one.entry.body["sealed"]["to"]:
            try:
                found.insert(0, self._own_key(one, name))
            except (NotFound, NotVerified):
                if not found:
                    raise
        if name in self._own:
            # Each entry with these keys, not only the first, must be one of theirs.
            verify_bound(self._card, one, self._own[name][1])
        if len(found) > 1:
            opening = (key for key in found if not self._is_false(one, key))
            return next(opening, found[0])
        return "".join(found)

    def _own_key(self, one: SignedEntry, name: str) -> str:
        if name not in self._own:
            self._own[name] = self._unlocked(one)
        return self._own[name][0]

    def _learn_grant(self, one: SignedEntry) -> None:
        body = one.entry.body
        release = self._entry(body["release"])
        try:
            verify_grant(self._card, one, release, frozenset(self._nonces))
        finally:
            self._nonces.add(body["nonce"])
        if release is None or body["to"] != self._node.party:
            return
        self._verify_request(one)
        key, bound = self._unlocked(one)
        verify_bound(self._card, one, bound)
        if not ran_out(one.entry, self._taken(one.index)):
            self._keep(one, release, key, self._granted)

    def _taken(self, index: int) -> datetime:
        """Return when an entry was new to this node: a rebuild is no new taking."""
        seen = self._node.state.sightings(self._card.party)
        return first_seen(seen, index) or datetime.now(UTC)

    def _learn_opening(self, one: SignedEntry) -> None:
        for opened in one.entry.body["releases"]:
            release = self._entry(opened["release"])
            if release is None or "sealed" not in release.entry.body:
                raise replayed(
                    self._card,
                    one,
                    f"entry {opened['release']} is no release that is restricted",
                )
            self._keep(one, release, opened["key"], self._open)

    def _keep(
        self,
        one: SignedEntry,
        release: SignedEntry,
        key: str,
        kept: dict[str, list[str]],
    ) -> None:
        if self._is_false(release, key):
            # Remembered, not raised: an opening may hold other keys, that are right.
            self._findings[one.index] = Finding(
                "unreadable-blob",
                f"{one.entry.kind} {one.index} of {self._card.party!r}: its key does "
                f"not open release {release.index}",
                party=self._card.party,
                index=one.index,
            )
            return
        name = release.entry.body["sealed"]["keys"]["sha256"]
        kept.setdefault(name, []).append(key)
        self._unlocks.setdefault(one.index, []).append(release)

    def _is_false(self, one: SignedEntry, key: str) -> bool:
        """Return whether a blob of an entry is here, as signed, and a key opens it not.

        What is missing or damaged says nothing of the key.
        """
        for name, reference in one.entry.references().items():
            path = self._node.records(self._card.party) / blob_path(reference.sha256)
            if name == "keys" or not path.exists():
                continue
            if opens(path, key):
                return False
            try:
                verify_blob(path, reference)
            except (NotFound, NotVerified):
                continue
            return True
        return False

    def _verify_request(self, one: SignedEntry) -> None:
        """Raise unless the request that a grant answers is one that this node made."""
        asked = one.entry.body.get("request")
        if asked is None:
            return
        own = self._node.cards()[self._node.party]
        head = seen_head(self._node, self._node.party)
        made = None
        if asked["entry"] < head.checkpoint.size:
            made = next(read_entries(own, head, asked["entry"]))
        same = made and hashlib.sha256(made.signed).hexdigest() == asked["sha256"]
        if made is None or not same or made.entry.kind != "request":
            raise replayed(self._card, one, "this party never made that request")

    def _unlocked(self, one: SignedEntry) -> tuple[str, Mapping[str, Any]]:
        """Open the keys blob of an entry with this party's own key."""
        reference = one.entry.references()["keys"]
        path = self._node.records(self._card.party) / blob_path(reference.sha256)
        verify_blob(path, reference)
        try:
            return unlock_key(_content(path, reference), self._identities)
        except (NotAcceptable, NotAllowed) as error:
            raise _unreadable(self._card, one, error) from error

    @cached_property
    def _identities(self) -> list[str]:
        return read_own_identities(self._node)

    def _entry(self, index: int) -> SignedEntry | None:
        if index >= self._head.checkpoint.size:
            return None
        return next(read_entries(self._card, self._head, index))


def own_release_keys(node: Node, releases: Iterable[int]) -> dict[int, str]:
    """Return the keys of this party's own restricted releases, by their index.

    Raises
    ------
    NotVerified
        A key cannot be had: this party's own secret key is lost, or the file of keys.
    """
    card = node.cards()[node.party]
    head = seen_head(node, node.party)
    keyring = Keyring(node, card, head)
    return {
        index: keyring.key(next(read_entries(card, head, index))) for index in releases
    }


@contextmanager
def private_folder(node: Node) -> Iterator[Path]:
    """Give a folder that only this user may read; gone afterwards."""
    node.opened.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=node.opened))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def opened_blob(
    node: Node, path: Path, reference: Reference, release_key: str
) -> Iterator[tuple[Path, Reference]]:
    """Give a blob that passed `verify_blob`: itself where open, else its plaintext.

    Parameters
    ----------
    node : Node
    path : Path
    reference : Reference
        As signed; of the ciphertext where it is restricted.
    release_key : str
        '' where it is open.

    Raises
    ------
    NotAcceptable
        It is as signed, but does not open.
    """
    if not release_key:
        yield path, reference
        return
    with private_folder(node) as folder:
        target = folder / "plain"
        with target.open("wb") as sink:
            inside = unseal(path, reference, release_key, sink)
        failpoint("open.unsealed")
        yield target, inside


def _content(path: Path, reference: Reference) -> bytes:
    if reference.bytes > MOST_KEYS:
        raise NotAcceptable(f"a file of keys has no {reference.bytes:,} bytes")
    return path.read_bytes()


def _unreadable(card: Card, one: SignedEntry, error: WaternetError) -> Finding:
    what_next = f"; {error.hint}" if error.hint else ""
    return Finding(
        "unreadable-blob",
        f"the keys of entry {one.index} of {card.party!r}: {error}{what_next}",
        party=card.party,
        index=one.index,
    )
