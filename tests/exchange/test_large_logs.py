"""Logs too large to be made: their tiles are computed where they are asked for.

Every entry of such a log is the same, so that a subtree's hash follows from its height
alone, and any tile of any log size is known without the others.
"""

import tracemalloc
from functools import lru_cache
from hashlib import sha256

import pytest
from parties import make_party

from waternet.errors import NotFound
from waternet.exchange.finding import Finding
from waternet.exchange.steps import read_steps
from waternet.exchange.walk import SeenHead, verify_growth
from waternet.node.publish import read_keys
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.entry import Entry, sign_entry

LARGE = 10_000_000
WIDTH = 256


class Uniform:
    """A log of one entry, many times over, as a source that counts its requests."""

    name = "uniform"

    def __init__(self, entry: bytes, size: int) -> None:
        self.entry = entry
        self.size = size
        self.asked: list[str] = []
        self.subtree = lru_cache(self._subtree)

    def _subtree(self, height: int) -> bytes:
        """Return the hash of a complete subtree (RFC 6962, section 2.1)."""
        if height == 0:
            return sha256(b"\x00" + self.entry).digest()
        return sha256(b"\x01" + self.subtree(height - 1) * 2).digest()

    def root(self, size: int) -> bytes:
        heights = [bit for bit in range(size.bit_length()) if size >> bit & 1]
        found = self.subtree(heights[0])
        for height in heights[1:]:
            found = sha256(b"\x01" + self.subtree(height) + found).digest()
        return found

    def head(self, card, key) -> SeenHead:
        checkpoint = Checkpoint(card.origin, self.size, self.root(self.size))
        return SeenHead(checkpoint, sign_checkpoint(checkpoint, key), self)

    def read(self, path: str, _limit: int = 1 << 30) -> bytes:
        self.asked.append(path)
        _, level, *digits = path.split("/")
        index, _, width = "".join(digits).replace("x", "").partition(".p")
        hashes = int(width or WIDTH)
        if level == "entries":
            return (len(self.entry).to_bytes(2, "big") + self.entry) * hashes
        held = (self.size >> 8 * int(level)) - int(index) * WIDTH
        if hashes > held:
            raise NotFound(f"no file {path}")
        return self.subtree(8 * int(level)) * hashes

    def read_all(self, paths, limit: int = 1 << 30):
        return (self.read(path, limit) for path in paths)

    def chunks(self, path: str, _start: int = 0):
        raise NotFound(f"no file {path}")


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    return make_party(tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def card(party):
    return party.node.cards()["jordan"]


@pytest.fixture(scope="module")
def log(party, card):
    """Return what makes a log of a given size, and its head."""
    keys = read_keys(party.node, "")
    body = {"release": 2, "reason": "as agreed"}
    said = Entry("withdraw", card.origin, "jordan", "2026-01-01T00:00:00Z", body)
    entry = sign_entry(said, keys.steward)

    def make(size, entry=entry):
        source = Uniform(entry, size)
        return source, source.head(card, keys.log)

    return make


# A proof of consistency needs the right edge of both trees and one path between them:
# for 10^7 entries three levels of tiles, at most two tiles of each.
@pytest.mark.parametrize("old", [1, 255, 256, 65_536, 5_000_000, 9_999_999, 8_388_608])
def test_a_log_of_ten_million_entries_is_held_against_an_older_head_in_few_requests(
    card, log, old
):
    source, shown = log(LARGE)
    verify_growth(card, log(old)[1], shown)
    assert len(source.asked) <= 6


def test_a_fork_of_a_log_of_ten_million_entries_is_found_in_few_requests(card, log):
    source, shown = log(LARGE)
    known = log(5_000_000, entry=b"another one")[1]
    with pytest.raises(Finding) as caught:
        verify_growth(card, known, shown)
    assert caught.value.name == "forked-log"
    proof = [path for path in source.asked if not path.startswith("tile/entries")]
    assert len(proof) <= 12


def test_one_new_entry_of_ten_million_takes_few_requests(card, log, tmp_path):
    source, shown = log(LARGE)
    (step,) = read_steps(card, shown, LARGE - 1, tmp_path)
    assert step.stop == LARGE
    assert len(source.asked) <= 6


def _peak(card, log, size, folder) -> int:
    """Return the most bytes that reading a log of that size holds at a time."""
    _source, shown = log(size)
    stop = 0
    tracemalloc.start()
    for step in read_steps(card, shown, 0, folder):
        stop = step.stop
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stop == size
    return peak


def test_memory_does_not_grow_with_the_log(card, log, tmp_path, monkeypatch):
    monkeypatch.setattr("waternet.exchange.steps._BUNDLES", 4)
    small = _peak(card, log, 5_000, tmp_path)
    assert _peak(card, log, 20_000, tmp_path) < 1.25 * small
