"""Mirroring in steps: what was verified and written is not asked for again."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from parties import Party, make_party, quiet

from waternet.errors import NotReached
from waternet.exchange.source import FolderSource
from waternet.node.follow import follow_party
from waternet.node.intake import seen_head
from waternet.node.log import append_entries, stage_blobs
from waternet.node.mirror import mirror_head, see_head
from waternet.node.publish import read_keys
from waternet.node.verification import verify_node
from waternet.record.blob import blob_path
from waternet.record.entry import Entry, read_entry, sign_entry
from waternet.record.layout import read_bundle

ENTRIES = 700


class Counting(FolderSource):
    """A folder that takes down what it was asked for, and may die."""

    def __init__(self, folder, most: int = 1 << 30) -> None:
        super().__init__(folder)
        self.asked: list[str] = []
        self.brought: Counter[str] = Counter()  # bytes by path
        self.most = most

    def read(self, path: str, limit: int = 1 << 30) -> bytes:
        self.asked.append(path)
        if len(self.asked) > self.most:
            raise NotReached("the line is dead")
        return super().read(path, limit)

    def read_all(self, paths: Sequence[str], limit: int = 1 << 30) -> Iterator[bytes]:
        return (self.read(path, limit) for path in paths)

    def chunks(self, path: str, start: int = 0) -> Iterator[bytes]:
        self.asked.append(path)
        for chunk in super().chunks(path, start):
            for at in range(0, len(chunk), 100):
                if len(self.asked) > self.most:
                    raise NotReached("the line is dead")
                self.brought[path] += len(chunk[at : at + 100])
                yield chunk[at : at + 100]


def append(party: Party, count: int) -> None:
    """Let a party say a little, many times."""
    keys, own = read_keys(party.node, ""), party.node.party
    body = {"release": 2, "reason": "as agreed"}
    said = Entry("withdraw", f"waternet/{own}", own, "2026-01-01T00:00:00Z", body)
    stage_blobs(party.node)
    append_entries(party.node, [sign_entry(said, keys.steward)] * count, keys.log)


@pytest.fixture
def israel(tmp_path, monkeypatch):
    monkeypatch.setattr("waternet.exchange.steps._BUNDLES", 1)
    return make_party(tmp_path, "israel")


@pytest.fixture
def jordan(tmp_path, israel):
    party = make_party(tmp_path, "jordan")
    party.read()
    party.publish()
    append(party, ENTRIES - 3)
    follow_party(israel.node, party.node.public / "card.json")
    return party


def _mirror(israel, source, *, whole=False):
    card = israel.node.cards()["jordan"]
    known = seen_head(israel.node, "jordan")
    with israel.node.writing():
        shown = see_head(card, known, source)
        return mirror_head(israel.node, card, shown, [], quiet, whole=whole)


def _files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _bundles(source):
    return [path for path in source.asked if path.startswith("tile/entries/")]


def test_a_mirror_is_the_folder_that_was_published(israel, jordan):
    _mirror(israel, FolderSource(jordan.node.public))
    mirror = israel.node.records("jordan")
    held = {
        p.relative_to(mirror): p.read_bytes() for p in mirror.rglob("*") if p.is_file()
    }
    for path in jordan.node.public.rglob("*"):
        name = path.relative_to(jordan.node.public)
        # Partial files of sizes that were not pulled need not be there.
        if path.is_file() and ".p/3" not in str(name):
            assert held.pop(name) == path.read_bytes()
    assert held == {}


def test_a_mirror_that_lost_its_card_is_whole_again_with_the_next_news(israel, jordan):
    _mirror(israel, FolderSource(jordan.node.public))
    (israel.node.records("jordan") / "card.json").unlink()
    append(jordan, 1)
    _mirror(israel, FolderSource(jordan.node.public))
    assert verify_node(israel.node, quiet).findings == []


def test_every_size_is_mirrored_as_the_sizes_before_it_were(israel, jordan):
    for more in (1, 67, 255, 256, 257):
        _mirror(israel, FolderSource(jordan.node.public))
        append(jordan, more)
    assert _mirror(israel, FolderSource(jordan.node.public)).entries == 257
    assert verify_node(israel.node, quiet).findings == []


def test_tiles_of_leaf_hashes_are_not_asked_for_where_they_are_full(israel, jordan):
    source = Counting(jordan.node.public)
    _mirror(israel, source)
    tiles = [path for path in source.asked if path.startswith("tile/0/")]
    assert tiles == [f"tile/0/002.p/{ENTRIES - 512}"]


def test_a_pull_that_died_goes_on_without_asking_again(israel, jordan):
    dying = Counting(jordan.node.public, most=7)
    with pytest.raises(NotReached):
        _mirror(israel, dying)
    assert israel.node.state.head("jordan").size == 0
    source = Counting(jordan.node.public)
    assert _mirror(israel, source).entries == ENTRIES
    assert "tile/entries/000" in dying.asked
    assert "tile/entries/000" not in source.asked
    assert verify_node(israel.node, quiet).entries["jordan"] == ENTRIES


def test_what_a_dead_pull_left_damaged_is_asked_for_again(israel, jordan):
    with pytest.raises(NotReached):
        _mirror(israel, Counting(jordan.node.public, most=7))
    left = israel.node.records("jordan") / "tile/entries/000"
    left.write_bytes(left.read_bytes()[:-1] + b"?")
    _mirror(israel, FolderSource(jordan.node.public))
    assert verify_node(israel.node, quiet).findings == []


def test_a_second_pull_asks_for_what_is_new_alone(israel, jordan):
    _mirror(israel, FolderSource(jordan.node.public))
    append(jordan, 300)
    source = Counting(jordan.node.public)
    assert _mirror(israel, source).entries == 300
    assert _bundles(source) == ["tile/entries/002", "tile/entries/003.p/232"]


def test_no_tile_is_asked_for_twice(israel, jordan):
    _mirror(israel, FolderSource(jordan.node.public))
    append(jordan, 300)
    source = Counting(jordan.node.public)
    _mirror(israel, source)
    tiles = [path for path in source.asked if path.startswith("tile/")]
    assert sorted(tiles) == sorted(set(tiles))


def test_nothing_new_is_one_request(israel, jordan):
    _mirror(israel, FolderSource(jordan.node.public))
    source = Counting(jordan.node.public)
    assert _mirror(israel, source).entries == 0
    assert source.asked == ["checkpoint"]


def test_a_whole_pull_asks_for_the_damaged_files_alone(israel, jordan):
    _mirror(israel, FolderSource(jordan.node.public))
    mirror = israel.node.records("jordan")
    for path in ("tile/entries/001", "tile/0/000"):
        (mirror / path).write_bytes(b"")
    source = Counting(jordan.node.public)
    _mirror(israel, source, whole=True)
    assert _bundles(source)[:-1] == ["tile/entries/001"]
    assert verify_node(israel.node, quiet).findings == []


def _figures(party):
    bundle = (party.node.public / "tile/entries/000").read_bytes()
    return read_entry(read_bundle(bundle)[2]).references()["observations"]


@pytest.fixture
def begun(israel, jordan):
    """Return the beginning of a file of figures, as a dead line left it."""
    figures = _figures(jordan)
    source = Counting(jordan.node.public)
    whole = source.chunks

    def chunks(path, start=0):
        for came, piece in enumerate(whole(path, start)):
            if figures.sha256 in path and came == 5:
                raise NotReached("the line is dead")
            yield piece

    source.chunks = chunks
    _mirror(israel, source)
    (left,) = israel.node.folder.rglob("*.unfinished")
    assert left.stat().st_size == 400  # the last piece is held until all is verified
    return left


def test_a_file_that_began_to_come_is_asked_for_from_there_on(israel, jordan, begun):
    source = Counting(jordan.node.public)
    _mirror(israel, source, whole=True)
    # Which other files had begun when the line died is left to the threads.
    figures = _figures(jordan)
    assert source.brought[blob_path(figures.sha256)] == figures.bytes - 400
    assert not begun.exists()
    assert verify_node(israel.node, quiet).findings == []


def test_a_beginning_that_is_wrong_is_thrown_away(israel, jordan, begun):
    begun.write_bytes(bytes(400))
    assert _mirror(israel, FolderSource(jordan.node.public), whole=True).findings == ()
    assert verify_node(israel.node, quiet).findings == []
