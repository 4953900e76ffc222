"""Why a release's figures have their grades: its findings, edits and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from waternet.errors import NotAcceptable, NotAllowed, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.consent import FIGURES
from waternet.exchange.walk import SeenHead, SignedEntry, read_entries
from waternet.node.folder import Node
from waternet.node.log import seen_head
from waternet.node.opening import Keyring, opened_blob
from waternet.observation.datastream import Datastream
from waternet.quality.edits import Edit
from waternet.record.blob import (
    blob_path,
    read_datastreams,
    read_observations,
    verify_blob,
)
from waternet.record.fields import Reference
from waternet.record.findings import FINDINGS, read_findings
from waternet.record.listing import read_lines

__all__ = ["Reasons", "Released", "read_reasons", "read_released"]


@dataclass(frozen=True, slots=True)
class Reasons:
    """What a release says of how its figures were judged.

    Attributes
    ----------
    checks : tuple of str
        Those that were applied.
    rules : tuple of mapping
        The rules, a line each.
    rules_sha256 : str
        '' where none were applied.
    findings : pyarrow.Table in `record.findings.FINDINGS`
    edits : tuple of Edit
        With reviews.
    """

    checks: tuple[str, ...]
    rules: tuple[Mapping[str, Any], ...]
    rules_sha256: str
    findings: pa.Table
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """A release's own figures, whether or not they still stand."""

    title: str
    observations: pa.Table
    datastreams: tuple[Datastream, ...]


def read_released(node: Node, party: str, release: int) -> Released:
    """Read a release's figures from the record, as they were signed.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable, NotAllowed
        As `read_reasons`.
    """
    one, key = _release(node, party, release)
    return Released(
        one.entry.body["title"],
        _read(node, one, "observations", key, read_observations)[0],
        _read(node, one, "datastreams", key, read_datastreams)[0],
    )


def read_reasons(node: Node, party: str, release: int) -> Reasons:
    """Read why the figures of a release have their grades.

    Raises
    ------
    NotFound
        The party or the release is not known here, or a file of it is missing.
    NotVerified, NotAcceptable
        A file is not the one that was signed, or is none.
    NotAllowed
        The release is restricted, and not for this party.
    """
    one, key = _release(node, party, release)
    references = one.entry.references()
    held: dict[str, Any] = {
        "findings": FINDINGS.empty_table(),
        "edits": (),
        "rules": (),
    }
    rules_sha256 = ""
    for name, read in (
        ("findings", read_findings),
        ("edits", read_lines),
        ("rules", read_lines),
    ):
        if name in references:
            try:
                held[name], inside = _read(node, one, name, key, read)
            except (NotFound, NotVerified, NotAcceptable) as error:
                raise type(error)(
                    f"the {name} of release {release} of {party!r}: {error}",
                    hint=error.hint or "'waternet pull' may bring it",
                ) from error
            rules_sha256 = inside if name == "rules" else rules_sha256
    return Reasons(
        checks=tuple(one.entry.body["checks"]),
        rules=held["rules"],
        rules_sha256=rules_sha256,
        findings=held["findings"],
        edits=tuple(map(Edit.from_json, held["edits"])),
    )


def _read(
    node: Node,
    one: SignedEntry,
    name: str,
    key: str,
    read: Callable[[Path, Reference], Any],
) -> tuple[Any, str]:
    """Return what a blob holds, and the hash of what was read."""
    reference = one.entry.references()[name]
    path = node.records(one.entry.party) / blob_path(reference.sha256)
    verify_blob(path, reference)
    with opened_blob(node, path, reference, key) as (place, inside):
        return read(place, inside), inside.sha256


def _release(node: Node, party: str, release: int) -> tuple[SignedEntry, str]:
    """Return the entry of a release, and its key where it is restricted."""
    cards = node.cards()
    if party not in cards:
        raise NotFound(
            f"no party {party!r} is known here", hint=f"there are {', '.join(cards)}"
        )
    head = seen_head(node, party)
    if 0 <= release < head.checkpoint.size:
        one = next(read_entries(cards[party], head, release))
        if one.entry.kind in FIGURES:
            return one, _key(node, cards[party], head, one)
    raise NotFound(
        f"{party!r} has no release {release}", hint="'waternet releases' lists them"
    )


def _key(node: Node, card: Card, head: SeenHead, one: SignedEntry) -> str:
    if "sealed" not in one.entry.body:
        return ""
    keyring = Keyring(node, card, head)
    for entry in read_entries(card, head, one.index):
        keyring.learn(entry)
    if key := keyring.key(one):
        return key
    raise NotAllowed(
        f"release {one.index} of {card.party!r} is restricted to "
        f"{', '.join(one.entry.body['sealed']['to'])}",
        hint=f"'waternet request {card.party} {one.entry.body['dataset']}' asks for it",
    )
