"""A party that signs what it likes, for tests of whoever reads it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from parties import Party, make_party

from waternet.node.folder import Node
from waternet.node.follow import follow_party
from waternet.node.log import append_entries, stage_blobs
from waternet.node.publish import read_keys
from waternet.record.blob import blob_path
from waternet.record.entry import Entry, read_entry, sign_entry
from waternet.record.fields import Reference
from waternet.record.hashing import HashingSink
from waternet.record.layout import read_bundle


@dataclass
class Liar:
    """A party that signs what it likes, and the folder that it shows."""

    party: Party

    @property
    def public(self) -> Path:
        return self.party.node.public

    @property
    def node(self) -> Node:
        return self.party.node

    def entries(self) -> list[bytes]:
        """Return its signed entries."""
        bundles = sorted(self.public.glob("tile/entries/000.p/*"), key=_number)
        return read_bundle(bundles[-1].read_bytes())

    def sign(self, body, kind="release", **given):
        """Return an entry with the right keys, whatever it says."""
        card = self.node.cards()[self.node.party]
        named = {"log": card.origin, "party": card.party} | given
        issued = "2026-01-01T00:00:00Z"
        entry = Entry(kind=kind, issued=issued, body=body, **named)
        return sign_entry(entry, read_keys(self.node, "").steward)

    def append(self, entry: bytes, *blobs: bytes) -> None:
        """Put an entry into the log, unread."""
        staged = stage_blobs(self.node)
        for blob in blobs:
            (staged / reference_to(blob).sha256).write_bytes(blob)
        append_entries(self.node, [entry], read_keys(self.node, "").log)

    def release(self, observations: bytes, rows: int) -> None:
        """Append a release whose blob of observations is just these bytes."""
        earlier = read_entry(self.entries()[2])
        streams = earlier.references()["datastreams"]
        described = (self.public / blob_path(streams.sha256)).read_bytes()
        reference = reference_to(observations)
        figures = Reference(reference.sha256, reference.bytes, rows)
        body = {**earlier.body, "observations": figures.to_json("rows")}
        self.append(self.sign(body), observations, described)


def lied_to(folder: Path) -> tuple[Party, Liar]:
    """Return israel, who follows jordan, and jordan, who has published on a stick."""
    israel, jordan = make_party(folder, "israel"), make_party(folder / "stick")
    jordan.read()
    jordan.publish()
    follow_party(israel.node, jordan.node.public / "card.json")
    return israel, Liar(jordan)


def rewritten(folder: Path, liar: Liar, text: str) -> Party:
    """Return the liar's other history, signed by the same keys."""
    forged = make_party(folder / "forged", "jordan")
    for role in ("steward", "log"):
        shutil.copy(liar.node.key(role), forged.node.key(role))
    shutil.copy(liar.public / "card.json", forged.node.public / "card.json")
    forged.read(text)
    forged.publish()
    return forged


def _number(path: Path) -> int:
    return int(path.name)


def reference_to(blob: bytes, count: int = 1) -> Reference:
    """Return what an entry says of a blob with just these bytes."""
    sink = HashingSink(pa.BufferOutputStream())
    sink.write(blob)
    return sink.reference(count)
