"""A published record to check, written with the record room alone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from waternet.errors import NotFound
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.entry import Entry, sign_entry
from waternet.record.note import Signer, generate_signer, to_base64
from waternet.record.tiles import TileReader, new_tiles
from waternet.record.tree import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)


@dataclass
class PublishedRecord:
    """A party's public folder that grows, with the keys that sign for it."""

    folder: Path
    log: Signer
    steward: Signer
    tree: Frontier

    def read(self, path: str) -> bytes:
        """Read a file of the folder."""
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"no file {path}") from error

    def reader(self) -> TileReader:
        """Return what reads the log as it is now."""
        return TileReader(self.read, self.tree.size, self.tree.root())

    def grow(self, size: int) -> None:
        """Append signed entries up to `size` and publish."""
        entries = [self._entry(index) for index in range(self.tree.size, size)]
        written = dict(new_tiles(self.reader(), entries))
        self.tree = self.tree.append(map(leaf_hash, entries))
        head = Checkpoint(self.log.name, self.tree.size, self.tree.root())
        written["checkpoint"] = sign_checkpoint(head, self.log)
        for path, content in written.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def write_proofs(self, path: Path, sizes: Iterable[int]) -> Path:
        """Write a proof of every entry, and of every two of `sizes`."""
        read_hash = self.reader().hash
        inclusion = [
            {
                "index": index,
                "size": self.tree.size,
                "proof": _texts(inclusion_proof(index, self.tree.size, read_hash)),
            }
            for index in range(self.tree.size)
        ]
        known = sorted({*sizes, self.tree.size} - {0})
        consistency = [
            {
                "old": old,
                "new": new,
                "proof": _texts(consistency_proof(old, new, read_hash)),
            }
            for new in known
            for old in known
            if old <= new
        ]
        written = {"inclusion": inclusion, "consistency": consistency}
        path.write_text(json.dumps(written), encoding="utf-8")
        return path

    def _entry(self, index: int) -> bytes:
        body = {"release": index, "reason": f"السبب {index} · הסיבה"}
        issued = "2026-11-22T08:00:00Z"
        entry = Entry("withdraw", self.log.name, "party", issued, body)
        return sign_entry(entry, self.steward)


def _texts(proof: list[bytes]) -> list[str]:
    return [to_base64(found) for found in proof]


@pytest.fixture
def record(tmp_path: Path) -> PublishedRecord:
    """Return an empty record in a folder of its own."""
    return PublishedRecord(
        folder=tmp_path / "public",
        log=generate_signer("water.example/party"),
        steward=generate_signer("water.example/party/steward"),
        tree=Frontier(),
    )
