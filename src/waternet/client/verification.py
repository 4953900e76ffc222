"""Checking an answer on one's own machine: signatures, proofs, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from waternet.client.checking import Checking
from waternet.client.metadata import Metadata
from waternet.client.trusted import Cards, read_trust, records_at
from waternet.client.words import say
from waternet.errors import NotAcceptable

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Verification", "verify"]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was verified, and what was not; whatever is false raises instead.

    Attributes
    ----------
    proved, not_proved : tuple of str
        Sentences.
    figures : int
        Rows of the frame that were held against the signed files.
    of : int
        Rows that it has.
    """

    proved: tuple[str, ...]
    not_proved: tuple[str, ...]
    figures: int
    of: int

    def __str__(self) -> str:
        told = [f"verified: {one}" for one in self.proved]
        return "\n".join([*told, *(f"NOT verified: {one}" for one in self.not_proved)])

    def _repr_html_(self) -> str:
        groups = []
        for heading, said in (
            (say("verified", "en"), self.proved),
            (say("left open", "en"), self.not_proved),
        ):
            items = "".join(f"<li>{escape(one)}</li>" for one in said)
            groups.append(f"<p><b>{heading}</b></p><ul>{items}</ul>" if items else "")
        from waternet.client.page import block

        return block("en", groups)


def verify(
    metadata: Metadata,
    frame: DataFrame | None = None,
    *,
    cards: Cards = (),
    policy: str | Path | None = None,
    whole: bool = False,
) -> Verification:
    """Check an answer against the signed record, by keys that you trust.

    The record's static files are read from the node that answered; nothing of what it
    says is believed. Each release cited must stand in a log that its party signed (and
    a quorum cosigned, where there is a policy), be signed by the party's steward, and
    be as it was cited. Each row of the frame must be in the signed file of its release.

    Parameters
    ----------
    metadata : Metadata
        Of figures: from `get_observations`, `get_latest` or `compare`.
    frame : DataFrame, optional
        That came with it; rows may have been left out. None checks what was cited.
    cards : path, Card, or several
        Whose keys you go by: a node's folder, a folder of cards, or card files. For an
        answer from a folder, that folder's own where none are given.
    policy : path, optional
        Which witnesses must have cosigned; of a node's folder its own.
    whole : bool
        Ask the question again of the signed record alone, as far as anybody may read
        it: that shows what was left out, and whether statistics are right. It reads
        every log of the answer, and all files that matter.

    Returns
    -------
    Verification
        What was verified, and plainly what was not.

    Raises
    ------
    Finding, NotVerified
        Something is false; it names what.
    NotAcceptable
        No card is given for a node at an address; or the answer holds no figures.
    NotReached
        The node does not answer.
    """
    if not metadata.has_figures:
        raise NotAcceptable(
            f"an answer of {metadata.what} holds no figures to verify",
            hint="verify what get_observations, get_latest or compare returned",
        )
    trust = read_trust(metadata.location, cards, policy)
    records = records_at(metadata.location)
    checking = Checking(metadata, trust, records)
    for party in dict.fromkeys(one["party"] for one in metadata.citation):
        checking.check_party(party)
    if frame is not None:
        checking.check_frame(frame)
    if frame is not None and whole:
        checking.ask_again(frame)
    checking.say_limits(frame)
    return Verification(
        tuple(checking.proved),
        tuple(checking.open),
        checking.figures,
        0 if frame is None else len(frame),
    )
