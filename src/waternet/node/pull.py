"""Pulling other parties' records: from every copy that is known, or from those given.

What is proved against a party is told apart from what is only wrong with one copy of
its record: a bad copy stops nothing where another has what it lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waternet.bank.seal import SEAL, reading_bank, writing_bank
from waternet.bank.standing import list_findings
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound, NotReached
from waternet.exchange.card import MOST_CARD, Card, read_card
from waternet.exchange.finding import Finding
from waternet.exchange.location import open_source, open_sources
from waternet.exchange.source import Source
from waternet.exchange.walk import read_entries
from waternet.node.blob_copies import BlobCopies, holds_blob
from waternet.node.copies import Copy, known_copies, read_locations
from waternet.node.evidence import keep_evidence
from waternet.node.folder import Node
from waternet.node.intake import catch_up, is_behind, rebuild_bank, seen_head
from waternet.node.log_pull import LogPull
from waternet.node.recovery import recover_node
from waternet.node.registry import find_pinned, take_registry
from waternet.node.report import Advance, counted
from waternet.node.trust import may_know_less
from waternet.node.whereabouts import verify_newest
from waternet.record.blob import blob_path

__all__ = ["Pulled", "pull_records"]

# What a later pull may cure; what was signed unreadable stays so.
_MAY_COME = ("missing-blob", "corrupt-blob", "withdrawn-blob")


@dataclass
class Pulled:
    """What a pull brought, party by party, and what it found wrong.

    Attributes
    ----------
    entries : dict of party to int
        New entries, each verified.
    unread : list of str
        Sources that could not be read, and why: nothing was taken from them.
    not_followed : list of str
        Parties at the sources whose cards this node does not hold.
    other_cards : list of str
        Where a source shows another card of a party than the one held here, which
        counts until the registry, or the party by another way, says otherwise.
    findings : list of Finding
    bad_copies : list of Finding
        What was wrong with copies of records that were had from another one.
    still_missing : list of str
        Entries pulled before of which a file has not come yet.
    """

    entries: dict[str, int] = field(default_factory=dict)
    not_followed: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    other_cards: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    bad_copies: list[Finding] = field(default_factory=list)
    still_missing: list[str] = field(default_factory=list)

    @property
    def in_vain(self) -> bool:
        """Whether no source could be read."""
        return bool(self.unread) and not (
            self.entries or self.not_followed or self.findings
        )

    def sentences(self) -> Iterator[str]:
        """Say it, a line each."""
        for party, count in sorted(self.entries.items()):
            news = (
                f"{counted(count, 'new entry')}, verified" if count else "nothing new"
            )
            yield f"{party}: {news}"
        for party in sorted(set(self.not_followed)):
            yield f"{party}: not followed; 'waternet follow CARD' accepts its card"
        for text in self.other_cards:
            yield f"not taken: {text}"
        for reason in self.unread:
            yield f"passed over: {reason}"
        for text in self.still_missing:
            yield f"still missing: {text}"
        for finding in self.bad_copies:
            yield f"bad copy{_at(finding)}: {finding}; another copy had it"
        for finding in self.findings:
            yield f"{finding.party}: FINDING {finding}{_at(finding)}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "entries": dict(sorted(self.entries.items())),
            "not_followed": sorted(set(self.not_followed)),
            "other_cards": self.other_cards,
            "unread": self.unread,
            "still_missing": self.still_missing,
            "findings": [finding.to_json() for finding in self.findings],
            "bad_copies": [finding.to_json() for finding in self.bad_copies],
        }


def _at(finding: Finding) -> str:
    return f" (at {finding.source})" if finding.source else ""


def pull_records(
    node: Node, locations: Sequence[str], advance: Advance, *, whole: bool = False
) -> Pulled:
    """Verify other parties' records and take what is new into mirror and bank.

    A finding against one party does not keep the others' news back.

    Parameters
    ----------
    node : Node
    locations : sequence of str
        Folders and addresses, all of which are looked at; see `open_sources`. Where
        there are none: every copy that is known (see `known_copies`), of each party
        only as many as are needed.
    advance : function of (done, of)
    whole : bool
        Read every record from its first entry and replace what the mirror holds:
        the cure for a damaged mirror.

    Raises
    ------
    NotFound
        There is no record in a folder; or nothing is given, and no copy known.
    Conflict
        Another process is writing to the node.
    """
    pulled = Pulled()
    given = [one for location in locations for one in _opened(location, pulled)]
    with node.writing():
        recover_node(node)
        for source in given:
            _take_registry(node, source, pulled)
        cards = node.cards()
        if locations:
            copies = _recognised(node, cards, given, pulled)
        else:
            copies = known_copies(cards, node.party, read_locations(node))
            _verify_known(node, copies)
        unchanged = []
        for party, of_party in copies.items():
            if party not in cards:
                continue  # a newer registry, which has just come, has it no more
            card = cards[party]
            log = LogPull(node, card, of_party, advance, whole, not locations)
            log.pull()
            log.hear()
            _take_down(node, log, pulled)
            unchanged += [party] if log.is_unchanged else []
            cards = node.cards() if log.is_renewed else cards
        if unchanged:
            node.state.saw([node.state.head(party) for party in unchanged])
        _take_in(node, cards, copies, advance, pulled)
        pulled.findings += list(_restored(node))
        pulled.findings += find_pinned(node)
    return pulled


def _take_registry(node: Node, source: Source, pulled: Pulled) -> None:
    """Take what a source holds newer of the registry, before its cards count."""
    try:
        found = take_registry(node, source).findings
    except NotReached:
        return  # which is told as its card is asked for
    for finding in found:
        keep_evidence(node, finding)
    pulled.findings += found


def _restored(node: Node) -> Iterator[Finding]:
    """Ask the others where this node may know less than they do; tell what is open."""
    if may_know_less(node):
        try:
            verify_newest(node)
        except Finding as finding:
            yield finding


def _opened(location: str, pulled: Pulled) -> list[Source]:
    try:
        return open_sources(location)
    except NotReached as error:
        pulled.unread.append(str(error))
        return []
    except NotAcceptable as error:
        # A list of others' records that is none keeps back nobody's but theirs. A
        # location that is none is its user's to mend, and is named by the next line.
        own = open_source(location)
        pulled.unread.append(str(error))
        return [own]


def _verify_known(node: Node, copies: Mapping[str, Sequence[Copy]]) -> None:
    if not any(copies.values()):
        raise NotFound(
            f"{node.folder.name} knows no place to pull from",
            hint="give a folder or an address: waternet pull LOCATION",
        )


def _recognised(
    node: Node, cards: Mapping[str, Card], given: Iterable[Source], pulled: Pulled
) -> dict[str, list[Copy]]:
    """Return the sources by the party whose card each shows."""
    copies: dict[str, list[Copy]] = {}
    for source in given:
        try:
            shown = read_card(source.read("card.json", MOST_CARD), "card.json")
        except (NotFound, NotAcceptable, NotReached) as error:
            pulled.unread.append(f"{source.name}: {error}")
            continue
        if shown.party == node.party:
            continue
        held = cards.get(shown.party)
        if held is None:
            pulled.not_followed.append(shown.party)
            continue
        if shown != held:
            pulled.other_cards.append(
                f"the card of {shown.party!r} at {source.name}, which is another one "
                "than is held here"
            )
        copies.setdefault(shown.party, []).append(Copy.opened(source, held))
    return copies


def _take_down(node: Node, log: LogPull, pulled: Pulled) -> None:
    party = log.card.party
    if log.is_read:
        pulled.entries[party] = log.entries
    pulled.findings += log.findings
    pulled.bad_copies += log.bad_copies
    pulled.unread += log.unread
    for finding in log.findings:
        # An older head that was signed proves nothing.
        if finding.name != "stale-mirror":
            keep_evidence(node, finding)


def _take_in(
    node: Node,
    cards: Mapping[str, Card],
    copies: Mapping[str, Sequence[Source]],
    advance: Advance,
    pulled: Pulled,
) -> None:
    """Bring the bank up to date; build it anew where missing figures have come."""
    found: list[Finding] = []
    before, is_current = _standing(node)
    missing = before
    if not is_current:
        with writing_bank(node.bank) as bank:
            found = catch_up(node, bank, advance)
            missing = _without_files(bank)
    came = [
        party
        for party in sorted({one for one, _ in missing} & set(copies) & set(cards))
        if _fetch_missing(node, cards[party], copies[party], missing)
    ]
    if came:
        rebuild_bank(node, advance)
        came_since = missing - _standing(node)[0]
        found = [one for one in found if (one.party, one.index) not in came_since]
        missing -= came_since
    pulled.still_missing = [
        f"files of entry {index} of {party!r}"
        for party, index in sorted(before & missing)
    ]
    named = {(finding.party, finding.index) for finding in pulled.findings}
    pulled.findings += [
        finding
        for finding in found
        if finding.name != "withdrawn-blob"
        and (finding.party, finding.index) not in named
    ]


def _standing(node: Node) -> tuple[set[tuple[str, int]], bool]:
    """Return what the bank lacks, and whether it took all that the records hold."""
    if not (node.bank / SEAL).exists():
        return set(), False
    with reading_bank(node.bank) as bank:
        return _without_files(bank), not is_behind(node, bank)


def _without_files(bank: Bank) -> set[tuple[str, int]]:
    """Return the entries that the bank took without files that may yet come."""
    return {
        (one.party, one.index)
        for one in list_findings(bank)
        if one.text.startswith(_MAY_COME)
    }


def _fetch_missing(
    node: Node,
    card: Card,
    sources: Sequence[Source],
    missing: set[tuple[str, int]],
) -> bool:
    """Try every source for the blobs that the bank had to do without."""
    came = False
    mirror, head = node.records(card.party), seen_head(node, card.party)
    copies = BlobCopies(card, mirror, sources, hashed=True)
    for index in sorted(index for party, index in missing if party == card.party):
        one = next(read_entries(card, head, index))
        copies.copy(one.blobs())
        came = came or all(
            holds_blob(mirror / blob_path(blob.reference.sha256), blob.reference)
            for blob in one.blobs()
        )
    return came
