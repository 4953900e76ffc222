"""The log as static files."""

import pytest

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.record.tiles import (
    TileReader,
    entries_path,
    new_tiles,
    read_bundle,
    tile_path,
    write_bundle,
)
from waternet.record.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)


class Log:
    """A log in memory."""

    def __init__(self, *sizes: int) -> None:
        self.files: dict[str, bytes] = {}
        self.opened: list[str] = []
        self.tree = Frontier()
        for size in sizes:
            self.grow(size)

    def grow(self, size: int) -> set[str]:
        """Append entries up to `size`; return the paths that were written."""
        entries = [_entry(index) for index in range(self.tree.size, size)]
        written = dict(new_tiles(self.reader(), entries))
        self.files.update(written)
        self.tree = self.tree.append(leaf_hash(entry) for entry in entries)
        return set(written)

    def read(self, path: str) -> bytes:
        self.opened.append(path)
        if path not in self.files:
            raise NotFound(f"no file {path}")
        return self.files[path]

    def reader(self) -> TileReader:
        return TileReader(self.read, self.tree.size, self.tree.root())


def _entry(index: int) -> bytes:
    return f"entry {index}\n".encode()


def test_a_log_of_70000_has_the_tiles_that_the_specification_counts():
    # C2SP tlog-tiles, section "Partial Tiles".
    log = Log(70_000)
    level = {n: {p for p in log.files if p.startswith(f"tile/{n}/")} for n in range(4)}
    assert len(level[0]) == 274
    assert "tile/0/273.p/112" in level[0]
    assert level[1] == {"tile/1/000", "tile/1/001.p/17"}
    assert level[2] == {"tile/2/000.p/1"}
    assert not level[3]
    assert "tile/entries/273.p/112" in log.files
    assert len(log.files["tile/0/000"]) == 8192


def test_a_full_tile_starts_a_partial_one_above():
    # C2SP tlog-tiles, section "Partial Tiles": the tree of 256.
    log = Log(256)
    assert set(log.files) == {"tile/0/000", "tile/1/000.p/1", "tile/entries/000"}


@pytest.mark.parametrize(
    ("index", "path"),
    [
        (0, "000"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),  # the specification's example
    ],
)
def test_paths_are_numbered_in_threes(index, path):
    assert tile_path(0, index) == f"tile/0/{path}"
    assert entries_path(index, 5) == f"tile/entries/{path}.p/5"


@pytest.mark.parametrize(("index", "width"), [(-1, 256), (0, 0), (0, 257)])
def test_a_tile_of_impossible_width_has_no_path(index, width):
    with pytest.raises(NotAcceptable):
        tile_path(0, index, width)


def test_bundles_are_read_as_they_were_written():
    entries = [b"", b"a", b"x" * 65_535]
    assert read_bundle(write_bundle(entries)) == entries


def test_a_bundle_cut_short_names_the_entry():
    with pytest.raises(NotAcceptable, match="entry 1"):
        read_bundle(write_bundle([b"ab", b"cd"])[:-1])
    with pytest.raises(NotAcceptable, match="entry 1"):
        read_bundle(write_bundle([b"ab"]) + b"\x00")
    with pytest.raises(NotAcceptable, match="does not fit"):
        write_bundle([b"x" * 65_536])


def test_growing_in_steps_ends_with_the_files_of_growing_at_once():
    steps, once = Log(1, 3, 255, 256, 257, 600, 600, 1100), Log(1100)
    assert steps.tree == once.tree
    assert once.files.items() <= steps.files.items()


def test_growing_writes_only_what_is_new():
    log = Log(600)
    assert log.grow(601) == {
        "tile/0/002.p/89",
        "tile/entries/002.p/89",
    }
    assert log.grow(768) == {"tile/0/002", "tile/entries/002", "tile/1/000.p/3"}
    assert log.grow(768) == set()


def test_growing_reads_nothing_but_the_right_edge():
    log = Log(70_000)
    log.opened.clear()
    log.grow(70_001)
    assert set(log.opened) == {
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
        "tile/entries/273.p/112",
    }


def test_entries_are_read_across_bundles():
    reader = Log(700).reader()
    assert list(reader.entries(254, 514)) == [_entry(i) for i in range(254, 514)]
    assert list(reader.entries(0, 0)) == []
    assert list(reader.entries(700, 700)) == []
    with pytest.raises(NotAcceptable, match="700 entries"):
        list(reader.entries(0, 701))


def test_an_empty_log_has_nothing_to_read():
    reader = TileReader(Log().read, 0, EMPTY_ROOT)
    assert reader.frontier() == Frontier()
    assert list(reader.entries(0, 0)) == []
    with pytest.raises(NotAcceptable):
        reader.hash(0, 0)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700, 70_000])
def test_the_tiles_prove_entries_and_growth(size):
    log = Log(size)
    reader = log.reader()
    assert reader.frontier() == log.tree
    for index in {0, size // 2, size - 1}:
        proof = inclusion_proof(index, size, reader.hash)
        leaf = leaf_hash(_entry(index))
        verify_inclusion(leaf, index, size, proof, log.tree.root())
    for old in {1, max(size // 3, 1), size}:
        root = Frontier().append(leaf_hash(_entry(i)) for i in range(old)).root()
        proof = consistency_proof(old, size, reader.hash)
        verify_consistency(old, size, proof, root, log.tree.root())


def test_a_full_file_stands_in_for_the_partial_ones_before_it():
    log = Log(300)
    old = log.reader()
    log.grow(512)
    del log.files["tile/0/001.p/44"], log.files["tile/entries/001.p/44"]
    assert list(old.entries(298, 300)) == [_entry(298), _entry(299)]


def test_a_missing_file_is_named():
    log = Log(300)
    del log.files["tile/entries/001.p/44"]
    with pytest.raises(NotFound, match=r"tile/entries/001\.p/44"):
        list(log.reader().entries(256, 257))


def _flip(content: bytes, byte: int, bit: int = 0) -> bytes:
    altered = bytearray(content)
    altered[byte] ^= 1 << bit
    return bytes(altered)


@pytest.mark.parametrize("index", [0, 7, 255, 256, 511, 600, 699])
def test_an_altered_entry_is_named(index):
    log = Log(700)
    path = entries_path(index // 256, min(700 - index // 256 * 256, 256))
    at = log.files[path].index(_entry(index))
    for byte in (at - 2, at - 1, at, at + 6):  # its length and its text
        original = log.files[path]
        log.files[path] = _flip(original, byte)
        with pytest.raises(NotVerified, match=rf"\bentry {index}\b"):
            list(log.reader().entries(0, 700))
        log.files[path] = original


@pytest.mark.parametrize("index", [0, 255, 256, 699])
def test_an_altered_leaf_hash_is_named(index):
    log = Log(700)
    path = tile_path(0, index // 256, min(700 - index // 256 * 256, 256))
    log.files[path] = _flip(log.files[path], index % 256 * 32)
    with pytest.raises(NotVerified, match=rf"\bentry {index}\b"):
        list(log.reader().entries(0, 700))


def test_a_bundle_cut_short_in_the_log_names_the_first_entry_that_is_gone():
    log = Log(700)
    path = entries_path(1)
    kept = write_bundle([_entry(i) for i in range(256, 300)])
    for cut in (kept, kept + b"\x00", kept + b"\x00\x09ent"):
        log.files[path] = cut
        with pytest.raises(NotVerified, match=r"\bentry 300\b"):
            list(log.reader().entries(0, 700))


@pytest.mark.parametrize("cut", [0, 31, 32, 33, 10 * 32])
def test_a_tile_cut_short_names_the_first_entry_that_is_gone(cut):
    log = Log(700)
    for path, first in (("tile/0/001", 256), ("tile/0/002.p/188", 512)):
        original = log.files[path]
        log.files[path] = original[:cut]
        with pytest.raises(NotVerified, match=rf"\bentry {first + cut // 32}\b"):
            list(log.reader().entries(256, 700))
        log.files[path] = original


@pytest.mark.parametrize("hashes", [1, 2, 128])
def test_hashes_of_another_level_do_not_pass_for_a_tile(hashes):
    log = Log(600)
    path, size = tile_path(0, 0), 256 // hashes * 32
    tile = log.files[path]
    spans = [tile[at : at + size] for at in range(0, len(tile), size)]
    leaves = [[span[at : at + 32] for at in range(0, size, 32)] for span in spans]
    # The root over these few is that over all 256.
    log.files[path] = b"".join(Frontier().append(span).root() for span in leaves)
    with pytest.raises(NotVerified, match="entry 0"):
        log.reader().hash(0, 255)


def test_an_altered_hash_higher_up_names_the_entries_under_it():
    log = Log(700)
    log.files["tile/1/000.p/2"] = _flip(log.files["tile/1/000.p/2"], 32)
    with pytest.raises(NotVerified, match="entries 256 to 511"):
        log.reader().frontier()


def test_an_entry_rewritten_together_with_its_tile_is_noticed():
    log = Log(700)
    entries = read_bundle(log.files["tile/entries/001"])
    entries[4] = b"another"
    log.files["tile/entries/001"] = write_bundle(entries)
    log.files["tile/0/001"] = b"".join(map(leaf_hash, entries))
    assert list(log.reader().entries(0, 256))  # what lies elsewhere can be read
    with pytest.raises(NotVerified, match="entries 256 to 511"):
        list(log.reader().entries(0, 700))


def test_files_of_another_log_are_not_those_of_the_checkpoint():
    log = Log(5)
    reader = TileReader(log.read, 5, Log(4, 5, 6).tree.root())
    with pytest.raises(NotVerified, match="not those of the checkpoint"):
        list(reader.entries(0, 5))


def test_nothing_is_appended_to_a_damaged_log():
    log = Log(10)
    path = "tile/entries/000.p/10"
    log.files[path] = _flip(log.files[path], 4)
    with pytest.raises(NotVerified, match=r"\bentry 0\b"):
        log.grow(11)


def test_a_reader_keeps_few_tiles_and_reads_each_once():
    log = Log(70_000)
    log.opened.clear()
    reader = log.reader()
    for index in range(0, 70_000, 100):
        list(reader.entries(index, index + 1))
    tiles = [path for path in log.opened if not path.startswith("tile/entries")]
    assert len(tiles) == len(set(tiles))
    assert len(reader._kept) <= 64
