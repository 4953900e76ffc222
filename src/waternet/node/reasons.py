"""Why a release's figures have their grades: its findings, edits and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.walk import SignedEntry, read_entries
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.observation.datastream import Datastream
from waternet.quality.edits import Edit
from waternet.record.blob import (
    blob_path,
    read_datastreams,
    read_observations,
    verify_blob,
)
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
    NotFound, NotVerified, NotAcceptable
        As `read_reasons`.
    """
    one = _release(node, party, release)
    references = one.entry.references()

    def path(name: str) -> Path:
        found = node.records(party) / blob_path(references[name].sha256)
        verify_blob(found, references[name])
        return found

    return Released(
        one.entry.body["title"],
        read_observations(path("observations"), references["observations"]),
        read_datastreams(path("datastreams"), references["datastreams"]),
    )


def read_reasons(node: Node, party: str, release: int) -> Reasons:
    """Read why the figures of a release have their grades.

    Raises
    ------
    NotFound
        The party or the release is not known here, or a file of it is missing.
    NotVerified, NotAcceptable
        A file is not the one that was signed, or is none.
    """
    one = _release(node, party, release)
    references = one.entry.references()
    held: dict[str, Any] = {
        "findings": FINDINGS.empty_table(),
        "edits": (),
        "rules": (),
    }
    for name, read in (
        ("findings", read_findings),
        ("edits", read_lines),
        ("rules", read_lines),
    ):
        if name in references:
            path = node.records(party) / blob_path(references[name].sha256)
            try:
                verify_blob(path, references[name])
                held[name] = read(path, references[name])
            except (NotFound, NotVerified, NotAcceptable) as error:
                raise type(error)(
                    f"the {name} of release {release} of {party!r}: {error}",
                    hint=error.hint or "'waternet pull' may bring it",
                ) from error
    return Reasons(
        checks=tuple(one.entry.body["checks"]),
        rules=held["rules"],
        rules_sha256=references["rules"].sha256 if "rules" in references else "",
        findings=held["findings"],
        edits=tuple(map(Edit.from_json, held["edits"])),
    )


def _release(node: Node, party: str, release: int) -> SignedEntry:
    cards = node.cards()
    if party not in cards:
        raise NotFound(
            f"no party {party!r} is known here", hint=f"there are {', '.join(cards)}"
        )
    head = seen_head(node, party)
    if 0 <= release < head.checkpoint.size:
        one = next(read_entries(cards[party], head, release))
        if one.entry.kind in ("release", "revise"):
            return one
    raise NotFound(
        f"{party!r} has no release {release}", hint="'waternet releases' lists them"
    )
