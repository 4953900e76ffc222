"""A party's layers of the map: published, taken away, and read to be drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from waternet.bank.layers import Layer, find_layer
from waternet.bank.seal import writing_bank
from waternet.errors import NotAcceptable, NotFound
from waternet.formats.layer_file import read_layer_file
from waternet.node.appending import Keys, append_drafts
from waternet.node.draft import Draft, stage_blob
from waternet.node.folder import Node
from waternet.node.intake import catch_up
from waternet.node.log import stage_blobs
from waternet.node.publish import Published
from waternet.node.recovery import recover_node
from waternet.observation.outline import Outline
from waternet.record.blob import blob_path, verify_blob
from waternet.record.fields import Reference
from waternet.record.outlines import read_outlines, write_outlines

__all__ = [
    "LayerFile",
    "open_layer_file",
    "publish_layer",
    "read_layer",
    "signed_outlines",
    "withdraw_layer",
]

_KEPT = 16  # layers in memory, of at most 50,000 vertices


@dataclass(frozen=True, slots=True)
class LayerFile:
    """Outlines as they would be published.

    Attributes
    ----------
    collection : mapping
        GeoJSON.
    left_out : tuple of str
        Properties of the file that a layer has no room for.
    """

    collection: Mapping[str, Any]
    left_out: tuple[str, ...]


def open_layer_file(path: Path) -> LayerFile:
    """Read outlines from a file; see `read_layer_file`."""
    return LayerFile(*read_layer_file(path))


def publish_layer(
    node: Node, keys: Keys, told: Mapping[str, Any], file: LayerFile
) -> Published:
    """Append a layer to the own record; it replaces an earlier one of the same name.

    Parameters
    ----------
    node : Node
    keys : Keys
    told : mapping
        'name', 'shows', 'names', 'source' and 'licence'; 'title' and 'reason' where
        they are not ''.
    file : LayerFile

    Returns
    -------
    Published
        Of the earlier entry, kind 'unchanged', where it says the same.

    Raises
    ------
    NotAcceptable
        The file holds what a layer may not, or a field is not as it must be.
    Conflict
        Another process is writing to the node.
    """
    names = {key: _composed(text) for key, text in told["names"].items()}
    said = {key: _composed(told[key]) for key in ("source", "licence")}
    in_all = " \u00b7 ".join(dict.fromkeys(names.values())) or told["name"]
    title = _composed(told.get("title", "")) or in_all
    body: dict[str, Any] = {
        "name": told["name"],
        "shows": told["shows"],
        "names": names,
        **said,
        "title": title,
    }
    if told.get("reason"):
        body["reason"] = _composed(told["reason"])
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            blobs = stage_blobs(node)
            reference = stage_blob(
                blobs, lambda sink: write_outlines(file.collection, sink)
            )
            body["outlines"] = reference.to_json()
            stands = find_layer(bank, node.party, told["name"])
            if stands and _says_the_same(stands, body):
                return Published(stands.entry, "unchanged", title)
            index = append_drafts(node, keys, [Draft("layer", body, title)])
            catch_up(node, bank, lambda _done, _of: None)
    return Published(index, "layer", title)


def withdraw_layer(node: Node, keys: Keys, name: str, reason: str) -> Published:
    """Append an entry that takes one of this party's layers off the map.

    Raises
    ------
    NotFound
        This party has no such layer that stands.
    NotAcceptable
        There is no reason.
    """
    if not reason.strip():
        raise NotAcceptable("a withdrawal needs a reason", hint="give --reason")
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            stands = find_layer(bank, node.party, name)
            if stands is None:
                raise NotFound(
                    f"{node.party!r} has no layer {name!r} that stands",
                    hint="'waternet layer list' lists them",
                )
            stage_blobs(node)
            body = {"name": name, "title": stands.title, "reason": _composed(reason)}
            index = append_drafts(node, keys, [Draft("layer", body, stands.title)])
            catch_up(node, bank, lambda _done, _of: None)
    return Published(index, "layer", f"{stands.title}: withdrawn")


def read_layer(node: Node, layer: Layer) -> tuple[Outline, ...]:
    """Return what a layer shows, from this node's copy; the last ones are kept.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable
        Its file is missing, damaged, or holds what a layer may not.
    """
    path = node.records(layer.party) / blob_path(layer.sha256)
    return _read(path, Reference(layer.sha256, layer.bytes, layer.count))


def signed_outlines(node: Node, layer: Layer) -> bytes:
    """Return a layer's GeoJSON as it was signed.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable
        As `read_layer`.
    """
    read_layer(node, layer)  # nobody is handed what does not hold
    path = node.records(layer.party) / blob_path(layer.sha256)
    verify_blob(path, Reference(layer.sha256, layer.bytes, layer.count))
    return path.read_bytes()


@lru_cache(maxsize=_KEPT)
def _read(path: Path, reference: Reference) -> tuple[Outline, ...]:
    verify_blob(path, reference)
    return read_outlines(path, reference)


def _says_the_same(stands: Layer, body: Mapping[str, Any]) -> bool:
    return (
        (stands.kind, dict(stands.names), stands.title)
        == (body["shows"], body["names"], body["title"])
        and (stands.source, stands.licence) == (body["source"], body["licence"])
        and stands.sha256 == body["outlines"]["sha256"]
    )


def _composed(text: str) -> str:
    """Return a text in normal form C, without blanks around it."""
    return unicodedata.normalize("NFC", text.strip())
