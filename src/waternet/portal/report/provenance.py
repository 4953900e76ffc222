"""Whose the figures are, and how each release was found when it was checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from waternet.bank.citation import cite
from waternet.bank.store import Bank
from waternet.node.attested import AttestedEntry
from waternet.node.attesting import Remembered, attest_entry
from waternet.node.folder import Node
from waternet.portal.report.contents import Chapter

__all__ = ["MOST_RELEASES", "Source", "read_sources"]

MOST_RELEASES: Final = 60


@dataclass(frozen=True, slots=True)
class Source:
    """One release that figures of the yearbook come from.

    Attributes
    ----------
    said : mapping
        As `cite` returns it: party, release, issued, dataset, title, source...
    attested : AttestedEntry
        As it was found when it was checked.
    sha256 : str
        Of the signed entry.
    """

    said: Mapping[str, Any]
    attested: AttestedEntry
    sha256: str


def read_sources(
    node: Node, bank: Bank, chapters: Iterable[Chapter]
) -> tuple[tuple[Source, ...], int]:
    """Return the releases that figures come from, each checked here and now.

    Returns
    -------
    sources : tuple of Source
        By party and number; the newest `MOST_RELEASES` of them.
    left_out : int
        How many older ones there are.
    """
    pairs = sorted({pair for chapter in chapters for pair in chapter.releases})
    newest = sorted(sorted(pairs, key=lambda pair: -pair[1])[:MOST_RELEASES])
    told = cite(
        bank,
        pa.table(
            {
                "party": pa.array([party for party, _ in newest], pa.string()),
                "release": pa.array([index for _, index in newest], pa.int64()),
            }
        ),
    )
    remembered = Remembered()
    sources = []
    for one in told:
        attested = attest_entry(node, one["party"], one["release"], remembered)
        digest = hashlib.sha256(attested.signed).hexdigest() if attested.signed else ""
        sources.append(Source(one, attested, digest))
    return tuple(sources), len(pairs) - len(newest)
