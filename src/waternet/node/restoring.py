"""A node that lost its disk, rebuilt from its keys and anybody's mirror of its record.

The record is taken where the party's own key signed it; of a mirror's card only the
names are, and what the keys here confirm (see `recovered_card`). Every copy that can be
found is asked for its head first, the longest is taken, and the others must be its
beginning: what is published next continues all that was ever published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from waternet.bank.seal import reading_bank
from waternet.bank.standing import standing_terms
from waternet.errors import NotAcceptable, NotFound, NotReached, NotVerified
from waternet.exchange.card import Card, read_card
from waternet.exchange.location import open_sources
from waternet.exchange.source import Source
from waternet.node.copies import Copy
from waternet.node.durable import write_durably
from waternet.node.evidence import keep_evidence
from waternet.node.folder import Dataset, Node, Profile, read_profile
from waternet.node.intake import rebuild_bank
from waternet.node.log_pull import LogPull
from waternet.node.recovered_card import is_card_of, recovered_card
from waternet.node.recovery import recover_node
from waternet.node.report import Advance, counted

__all__ = ["Recovered", "recover_record"]

_MOST_CARD = 1 << 16  # bytes
# Files may come later; a copy that is behind holds nothing that is not here.
_HARMLESS = (
    *("missing-blob", "corrupt-blob", "unreadable-blob", "no-room"),
    *("stale-mirror", "rolled-back-log"),
)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came back.

    Attributes
    ----------
    party : str
    entries : int
        In the record now.
    copies : tuple of str
        Where it was looked for.
    unread : tuple of str
        What could not be read, and why.
    missing : tuple of str
        Files of entries that no copy had.
    not_taken : tuple of str
        What a copy's card says that nothing here confirms.
    """

    party: str
    entries: int
    copies: tuple[str, ...]
    unread: tuple[str, ...]
    missing: tuple[str, ...]
    not_taken: tuple[str, ...]

    def sentences(self) -> Iterator[str]:
        """Say it, a line each."""
        for reason in self.unread:
            yield f"passed over: {reason}"
        yield f"{self.party}: {counted(self.entries, 'entry')}, verified, are back"
        for text in self.missing:
            yield f"still missing: {text}"
        for text in self.not_taken:
            yield f"not taken from a copy's card: {text}"
        yield "'waternet registry' and 'waternet follow' bring back whom it follows"


def recover_record(
    folder: Path,
    locations: Sequence[str],
    passphrase: str,
    advance: Advance,
    by_hand: Path | None = None,
) -> Recovered:
    """Take a party's own record back from whoever mirrors it.

    Parameters
    ----------
    folder : Path
        The node's folder. It holds keys/, with steward.key and log.key at least, and
        may hold whatever else is left of the node.
    locations : sequence of str
        Folders and addresses of parties that mirror this one; see `open_sources`.
    passphrase : str
        Of the keys; '' where they have none.
    advance : function of (done, of)
    by_hand : Path or None
        The party's card as it was kept; None where one is left in the folder, or none.

    Raises
    ------
    NotFound
        No copy of the record that these keys sign was found.
    NotVerified
        The card given is not that of the keys; or none was given, and those of the
        copies differ or name earlier keys.
    NotAllowed
        A key is not here, or the passphrase does not open it.
    Finding
        What is wrong with the record itself; 'forked-log' where two copies contradict
        each other. Nothing of it was taken.
    """
    unread: list[str] = []
    found = list(_found(locations, unread))
    own = [one for one in found if is_card_of(folder, one[1], passphrase)]
    if not own:
        raise NotFound(
            f"no copy of the record that the keys in {folder / 'keys'} sign, at "
            f"{', '.join(locations)}",
            hint="name a party that mirrors it: its folder, or its address; or the "
            "keys are not the present ones",
        )
    card, not_taken = recovered_card(folder, by_hand, own, passphrase)
    copies = [Copy.opened(source, card) for source, _card in own]
    copies += _elsewhere(card.party, [card, *(one for _source, one in found)])
    node = _opened(folder, card)
    with node.writing():
        if (node.public / "checkpoint").exists():
            recover_node(node)
        pull = LogPull(node, card, copies, advance, whole=False, few=False)
        pull.pull()
        _verify_pulled(node, pull)
        findings = rebuild_bank(node, advance)["findings"]
        node = _with_datasets(node)
    return Recovered(
        party=card.party,
        entries=node.state.head(card.party).size,
        copies=tuple(copy.name for copy in copies),
        unread=(*unread, *pull.unread),
        missing=tuple(findings),
        not_taken=not_taken,
    )


def _found(
    locations: Sequence[str], unread: list[str]
) -> Iterator[tuple[Source, Card]]:
    """Yield every record at the locations, with its card."""
    for location in locations:
        try:
            sources = open_sources(location)
        except (NotFound, NotReached, NotAcceptable) as error:
            unread.append(f"{location}: {error}")
            continue
        for source in sources:
            try:
                written = source.read("card.json", _MOST_CARD)
                yield source, read_card(written, "card.json")
            except (NotFound, NotReached, NotAcceptable) as error:
                unread.append(f"{source.name}: {error}")


def _elsewhere(party: str, cards: Sequence[Card]) -> list[Copy]:
    """Return the copies at the own address and those of all parties that were met.

    Whoever wrote a card only says where to look, and never into this node's disk.
    """
    at = []
    for card in cards:
        below = "" if card.party == party else f"/mirror/{party}"
        at += [f"{one.rstrip('/')}{below}" for one in card.addresses if "://" in one]
    return [Copy(address) for address in dict.fromkeys(at)]


def _verify_pulled(node: Node, pull: LogPull) -> None:
    """Raise what is wrong with the record, or that there is none to be had."""
    for finding in pull.findings:
        keep_evidence(node, finding)
    for finding in pull.findings:
        if finding.name not in _HARMLESS:
            raise finding
    if not node.state.head(node.party).size:
        raise NotFound(
            f"no copy of the record of {node.party!r} has an entry that could be read"
            + "".join(f"; {reason}" for reason in pull.unread),
            hint="name another party that mirrors it",
        )


def _opened(folder: Path, card: Card) -> Node:
    """Return the node with what of it is left, and its card."""
    written = folder / "node.toml"
    if written.exists():
        profile = read_profile(written)
        if (profile.party, profile.origin) != (card.party, card.origin):
            raise NotVerified(
                f"node.toml is that of {profile.party!r}, the keys are those of "
                f"{card.party!r}",
                hint="put the keys into a folder of their own",
            )
    else:
        profile = Profile(card.party, card.origin, card.names)
    node = Node(folder, profile)
    for made in (node.pending, node.staging, folder / "cards"):
        made.mkdir(parents=True, exist_ok=True)
    write_durably(node.public / "card.json", card.to_json())
    return node.write_profile(profile)


def _with_datasets(node: Node) -> Node:
    """Write the datasets into node.toml as their terms stand in the record."""
    if node.profile.datasets:
        return node
    with reading_bank(node.bank) as bank:
        terms = standing_terms(bank, node.party)
    known = {one.name for one in fields(Dataset)}
    datasets = []
    for name, body in sorted(terms.items()):
        given: dict[str, Any] = {key: body[key] for key in known & set(body)}
        datasets.append(Dataset(**{**given, "id": name}))
    profile = node.profile
    return node.write_profile(
        Profile(profile.party, profile.origin, profile.names, tuple(datasets))
    )
