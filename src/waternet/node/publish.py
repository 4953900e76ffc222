"""From pending imports to signed entries in the party's own log, and into the bank."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from waternet.bank.seal import writing_bank
from waternet.bank.standing import standing_releases, standing_terms
from waternet.bank.store import Bank
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotFound,
    NotVerified,
    WaternetError,
)
from waternet.failpoint import failpoint
from waternet.node.appending import Keys, append_drafts
from waternet.node.desk_release import clear_drafts, keep_drafts
from waternet.node.desk_view import Left
from waternet.node.draft import Draft
from waternet.node.drafts import draft_entries
from waternet.node.embargo import due_openings, opening_drafts
from waternet.node.folder import Node
from waternet.node.intake import catch_up
from waternet.node.keys import read_key
from waternet.node.log import stage_blobs
from waternet.node.own_keys import key_file
from waternet.node.pending import (
    Pending,
    drop_pending,
    get_pending,
    list_pending,
)
from waternet.node.recovery import recover_node
from waternet.node.registry import unpinned
from waternet.node.report import Advance, counted
from waternet.node.reviewing import reviewed_digest, verify_signer
from waternet.record.note import Signer

__all__ = [
    "Chosen",
    "Published",
    "gather_drafts",
    "pin_registry",
    "publish_due",
    "publish_pending",
    "publish_withdrawal",
    "read_keys",
    "verified_keys",
]


@dataclass(frozen=True, slots=True)
class Published:
    """What one act of publishing put into the record.

    Attributes
    ----------
    entry : int
        Index in the party's log; for a release, its number.
    kind, title : str
    observations, replaced, unchanged : int
        Signed in it; how many of those replace figures that stood; left out because
        they stand already just so.
    readers : tuple of str
        Who may read it, where not everybody may.
    """

    entry: int
    kind: str
    title: str
    observations: int = 0
    replaced: int = 0
    unchanged: int = 0
    readers: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say it in one line."""
        if self.kind == "unchanged":
            stood = counted(self.unchanged, "figure")
            return f"{self.title}: nothing new; {stood} as before"
        words = f"entry {self.entry}, {self.kind}"
        if self.title:
            words += f": {self.title}"
        if self.observations:
            words += f" ({counted(self.observations, 'figure')}"
            words += f", {self.replaced:,} of them replace others" * bool(self.replaced)
            words += f"; {self.unchanged:,} already stood" * bool(self.unchanged)
            words += ")"
        if self.readers:
            words += f"; restricted to {', '.join(self.readers)}"
        if self.readers and self.observations:
            words += ". That it was published, its dataset, title, source, period and "
            words += "number of figures stay visible to all"
        return words


@dataclass(frozen=True, slots=True)
class Chosen:
    """The one import that somebody would sign, as they saw it.

    Attributes
    ----------
    name : str
    digest : str
        `reviewed_digest` of it with its edits and reviews.
    signer : str
        Who signs; of an import that must be reviewed, not who reviewed it.
    """

    name: str
    digest: str
    signer: str

    def verify(self, node: Node, pending: Pending) -> None:
        """Raise unless the import is as it was seen, and may be signed by the signer.

        Raises
        ------
        Conflict
            Somebody edited or reviewed it meanwhile.
        NotAllowed
            The signer reviewed it.
        """
        if self.digest != reviewed_digest(pending, pending.edits):
            raise Conflict(
                f"{self.name} was edited or reviewed since it was shown",
                hint="look at it again, then sign",
            )
        reviewed = {one.id for one in node.profile.datasets if one.review}
        if pending.origin.dataset in reviewed:
            verify_signer(pending, self.signer)


def read_keys(node: Node, passphrase: str) -> Keys:
    """Read the node's signing keys.

    Raises
    ------
    NotAllowed
        A key is not here, or the passphrase does not open it.
    NotVerified
        A key is not the one on the party's card: nobody could verify what it signs.
    """
    card = node.cards()[node.party]
    steward = read_key(key_file(node, card, "steward"), passphrase)
    log = read_key(key_file(node, card, "log"), passphrase)
    return verified_keys(node, steward, log)


def verified_keys(node: Node, steward: Signer, log: Signer) -> Keys:
    """Return keys that were opened, once they are those of the party's card.

    Raises
    ------
    NotVerified
        One is not: nobody could verify what it signs.
    """
    card = node.cards()[node.party]
    for role, signer, on_card in (
        ("steward", steward, card.steward_verifier),
        ("log", log, card.log_verifier),
    ):
        if signer.verifier != on_card:
            raise NotVerified(
                f"keys/{role}.key is not the key on the card of {node.party!r}",
                hint="restore the key's file, or public/card.json, from your copy",
            )
    return Keys(steward, log)


def publish_pending(
    node: Node,
    keys: Keys,
    reason: str,
    advance: Advance,
    chosen: Chosen | None = None,
) -> list[Published]:
    """Sign and append every pending import, oldest first, and what is due without one.

    What lies on the desk becomes pending imports before, where it can be published.
    Of a chosen import, that one alone is signed, and nothing else.

    Parameters
    ----------
    node : Node
    keys : Keys
    reason : str
        Why figures that stand are replaced; needed only where some are.
    advance : function of (done, of)
    chosen : Chosen, optional

    Returns
    -------
    list of Published
        On return all of it is durable, public and in the bank.

    Raises
    ------
    NotAcceptable
        Figures would be replaced without a reason; a datastream changes its unit.
    NotFound, NotAllowed
        There is no import as chosen, or its signer may not sign it.
    Conflict
        Another process is writing to the node; what is chosen is not as it was seen.
    """
    published: list[Published] = []
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            waiting = _waiting(node, bank, chosen)
            for done, pending in enumerate(waiting):
                advance(done, len(waiting))
                with _after_others(done):
                    published += _publish_one(
                        node, keys, bank, pending, _composed(reason)
                    )
                failpoint("publish.before-bank")
                catch_up(node, bank, lambda _done, _of: None)
                clear_drafts(node, pending.folder)
                drop_pending(pending.folder)
            if chosen is None:
                published += _publish_promised(node, keys, bank)
                published += _pin_registry(node, keys, bank)
    return published


def publish_due(node: Node, keys: Keys) -> list[Published]:
    """Sign what is due without an import: ended embargoes, closed datasets, registry.

    Raises
    ------
    Conflict
        Another process is writing to the node.
    """
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            published = _publish_promised(node, keys, bank)
            return published + _pin_registry(node, keys, bank)


def gather_drafts(node: Node) -> list[Left]:
    """Make pending imports of what lies on the desk, to be looked at before signing.

    Returns
    -------
    list of Left
        What stays on the desk.

    Raises
    ------
    Conflict
        Another process is writing to the node.
    """
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            return keep_drafts(node, bank)


def pin_registry(node: Node, keys: Keys) -> list[Published]:
    """Append an entry that says which registry this party holds, where it is news."""
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            return _pin_registry(node, keys, bank)


def _pin_registry(node: Node, keys: Keys, bank: Bank) -> list[Published]:
    body = unpinned(node, bank)
    if body is None:
        return []
    stage_blobs(node)
    title = f"holds {len(body['roles'])} files of the registry"
    index = append_drafts(node, keys, [Draft("registry", body, title)])
    catch_up(node, bank, lambda _done, _of: None)
    return [Published(index, "registry", title)]


def publish_withdrawal(node: Node, keys: Keys, release: int, reason: str) -> Published:
    """Append an entry that withdraws an earlier release of this party.

    Raises
    ------
    NotFound
        The log has no release of that number, or it was withdrawn before.
    NotAcceptable
        There is no reason.
    """
    if not reason.strip():
        raise NotAcceptable("a withdrawal needs a reason", hint="give --reason")
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            title = _title_of_standing(bank, node.party, release)
            stage_blobs(node)
            body = {"release": release, "reason": _composed(reason)}
            index = append_drafts(node, keys, [Draft("withdraw", body, title)])
            catch_up(node, bank, lambda _done, _of: None)
    return Published(index, "withdraw", title)


def _waiting(node: Node, bank: Bank, chosen: Chosen | None) -> list[Pending]:
    """Return the imports that are to be signed."""
    if chosen is None:
        keep_drafts(node, bank)
        return list(list_pending(node))
    pending = get_pending(node, chosen.name)
    chosen.verify(node, pending)
    return [pending]


@contextmanager
def _after_others(done: int) -> Iterator[None]:
    """Add to the hint of what stops an import that those before it are published."""
    try:
        yield
    except WaternetError as error:
        if done:
            error.hint += f"; {counted(done, 'import')} before it published already"
        raise


def _composed(typed: str) -> str:
    """Return a text in normal form C, which keyboards and file systems do not keep."""
    return unicodedata.normalize("NFC", typed)


def _title_of_standing(bank: Bank, party: str, release: int) -> str:
    releases = {one.index: one for one in standing_releases(bank, party)}
    if release not in releases:
        raise NotFound(
            f"{party!r} has no release {release} that stands",
            hint="'waternet releases' lists them",
        )
    return releases[release].title


def _publish_one(
    node: Node, keys: Keys, bank: Bank, pending: Pending, reason: str
) -> list[Published]:
    drafts = draft_entries(node, bank, pending, reason)
    entries = [draft for draft in drafts if draft.body]
    first = append_drafts(node, keys, entries) if entries else -1
    return [
        Published(
            entry=first + place,
            kind=draft.kind,
            title=draft.title,
            observations=draft.observations,
            replaced=draft.replaced,
            unchanged=draft.unchanged,
            readers=draft.readers,
        )
        for place, draft in enumerate(drafts)
    ]


def _publish_promised(node: Node, keys: Keys, bank: Bank) -> list[Published]:
    """Publish what needs no import: ended embargoes, and datasets that are closed."""
    standing = standing_terms(bank, node.party)
    drafts = [
        Draft("terms", dataset.terms(), dataset.id)
        for dataset in node.profile.datasets
        if dataset.access == "closed" and standing.get(dataset.id) != dataset.terms()
    ]
    drafts += opening_drafts(node, due_openings(bank, node.party))
    if not drafts:
        return []
    stage_blobs(node)
    first = append_drafts(node, keys, drafts)
    catch_up(node, bank, lambda _done, _of: None)
    return [
        Published(first + place, draft.kind, draft.title)
        for place, draft in enumerate(drafts)
    ]
