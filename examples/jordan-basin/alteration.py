"""What a party that alters its record would do, with its own keys."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from waternet.exchange.walk import read_entries
from waternet.node.folder import Node, open_node
from waternet.node.intake import seen_head
from waternet.node.log import append_entries, stage_blobs
from waternet.node.publish import read_keys
from waternet.observation.table import SCHEMA
from waternet.record.blob import blob_path, read_observations, write_observations
from waternet.record.entry import Reference, sign_entry

__all__ = ["forge", "spoil"]


def forge(lot: str, stick: Path) -> tuple[float, float]:
    """Sign the party's history anew with one figure changed; return old and new."""
    honest = open_node([Path(lot)])
    forged = Node(Path("altered") / "forge", honest.profile)
    shutil.copytree(honest.folder / "keys", forged.folder / "keys")
    shutil.copytree(honest.public / "blob", forged.public / "blob")
    shutil.copy(honest.public / "card.json", forged.public / "card.json")
    keys, card = read_keys(honest, ""), honest.cards()[lot]
    blobs, changed, entries = stage_blobs(forged), (0.0, 0.0), []
    for one in read_entries(card, seen_head(honest, lot), 0):
        entries.append(one.signed)
        if one.entry.kind == "release" and not changed[0]:
            reference = one.entry.references()["observations"]
            table = read_observations(
                honest.public / blob_path(reference.sha256), reference
            )
            values = table["value"].to_pylist()
            changed = (values[0], round(values[0] * 1.2, 4))
            values[0] = changed[1]
            place = table.schema.get_field_index("value")
            table = table.set_column(place, "value", pa.array(values))
            written = write_blob(table.cast(SCHEMA), blobs)
            body = {**one.entry.body, "observations": written.to_json("rows")}
            entries[-1] = sign_entry(replace(one.entry, body=body), keys.steward)
    append_entries(forged, entries, keys.log)
    shutil.move(forged.public, stick)
    shutil.rmtree(forged.folder)
    return changed


def write_blob(table: pa.Table, blobs: Path) -> Reference:
    """Write figures as a blob named by its hash."""
    with (blobs / "unnamed").open("wb") as sink:
        reference = write_observations(table, sink)
    (blobs / "unnamed").rename(blobs / reference.sha256)
    return reference


def spoil(lot: str, stick: Path) -> None:
    """Replace the stick by the honest record with one byte of one figure changed."""
    shutil.rmtree(stick)
    shutil.copytree(Path(lot) / "public", stick)
    honest = open_node([Path(lot)])
    figures = next(
        one.entry.references()["observations"]
        for one in read_entries(honest.cards()[lot], seen_head(honest, lot), 0)
        if one.entry.kind == "release"
    )
    blob = stick / blob_path(figures.sha256)
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.write_bytes(content)
