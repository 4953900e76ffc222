"""Asking for what is restricted, answering, granting and undertaking: each an entry."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from waternet.bank.seal import writing_bank
from waternet.bank.sharing import (
    Request,
    Restricted,
    list_requests,
    restricted_releases,
)
from waternet.bank.standing import listed_entries
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAllowed, NotFound
from waternet.exchange.walk import SignedEntry, read_entries
from waternet.node.appending import Keys, append_drafts
from waternet.node.dataset import undertaken
from waternet.node.draft import Draft
from waternet.node.embargo import opening_drafts
from waternet.node.folder import Node
from waternet.node.intake import catch_up
from waternet.node.log import seen_head, stage_blobs
from waternet.node.opening import own_release_keys
from waternet.node.publish import Published
from waternet.node.recovery import recover_node
from waternet.node.restricting import recipient_of, stage_keys, undertaking_missing

__all__ = [
    "answer_request",
    "grant_releases",
    "open_releases",
    "request_dataset",
    "undertake",
]


def request_dataset(
    node: Node, keys: Keys, owner: str, dataset: str, said: Mapping[str, str]
) -> Published:
    """Ask the owner of a dataset for figures that this party may not read.

    Parameters
    ----------
    node : Node
    keys : Keys
    owner, dataset : str
    said : mapping
        'purpose'; 'from' and 'to' (moments) where a period is asked for.

    Raises
    ------
    NotFound
        The owner is not followed, or lists no such dataset.
    NotAcceptable
        No purpose is given, or the dataset is this party's own.
    """
    if owner == node.party:
        raise NotAcceptable(
            f"the datasets of {owner!r} are this node's own",
            hint="ask another party: 'waternet catalogue' lists what they have",
        )
    if not said.get("purpose", "").strip():
        raise NotAcceptable("a request needs a purpose", hint="give --purpose")
    told = {name: _composed(text) for name, text in said.items() if text}
    with _acting(node) as bank:
        _terms(bank, owner, dataset)
        nonce = secrets.token_hex(16)
        body = {"owner": owner, "dataset": dataset, "nonce": nonce, **told}
        title = f"{dataset} of {owner}"
        return _appended(node, keys, bank, [Draft("request", body, title)])[0]


def grant_releases(
    node: Node, keys: Keys, releases: Sequence[int], to: str, until: str = ""
) -> list[Published]:
    """Let one party read restricted releases of this node.

    Parameters
    ----------
    releases : sequence of int
    to : str
    until : str
        Moment after which the grant opens nothing; '' for none.

    Raises
    ------
    NotFound
        There is no such restricted release that stands.
    NotAllowed
        The party has not signed the undertaking that the terms ask for.
    NotAcceptable
        Its card names no recipient.
    """
    with _acting(node) as bank:
        drafts = _grants(node, bank, releases, {"to": to, "until": until})
        return _appended(node, keys, bank, drafts)


def answer_request(
    node: Node, keys: Keys, request: str, answer: str, said: Mapping[str, str]
) -> list[Published]:
    """Answer a request: grant every restricted release, refuse, or set a condition.

    Parameters
    ----------
    request : str
        'PARTY:ENTRY', as `list_requests` names it.
    answer : str
        'grant', 'refuse' or 'condition'.
    said : mapping
        'reason'; 'until' with a grant.

    Raises
    ------
    NotFound
        Nobody asked this party so; or there is nothing restricted to grant.
    NotAcceptable
        A refusal or condition without a reason.
    NotAllowed
        The asking party has not signed the undertaking that the terms ask for.
    """
    reason = _composed(said.get("reason", ""))
    if answer not in ("grant", "refuse", "condition"):
        raise NotAcceptable(
            f"{answer!r} is no answer", hint="'grant', 'refuse' or 'condition'"
        )
    if answer != "grant" and not reason.strip():
        raise NotAcceptable(f"{answer!r} needs a reason", hint="give --reason")
    with _acting(node) as bank:
        asked = _find_request(bank, node.party, request)
        bound = _bound(node, asked)
        body = {"request": bound, "dataset": asked.dataset, "answer": answer}
        body |= {"reason": reason} if reason else {}
        drafts = []
        if answer == "grant":
            wanted = [
                one.index
                for one in restricted_releases(bank, node.party)
                if one.body["dataset"] == asked.dataset
                and not (one.opened or one.withdrawn)
            ]
            if not wanted:
                raise NotFound(
                    f"nothing of {asked.dataset!r} is restricted, so that there is "
                    "nothing to grant",
                    hint="for a closed dataset: give it access 'parties' in node.toml, "
                    "import and publish; or answer 'condition'",
                )
            words = {"to": asked.party, "until": said.get("until", "")}
            drafts = _grants(node, bank, wanted, words, bound)
        title = f"{asked.party}:{asked.entry}, {answer}"
        return _appended(node, keys, bank, [*drafts, Draft("answer", body, title)])


def open_releases(node: Node, keys: Keys, releases: Sequence[int]) -> list[Published]:
    """Let everybody read restricted releases of this node, for good.

    Raises
    ------
    NotFound
        There is no such restricted release that stands.
    """
    with _acting(node) as bank:
        known = _restricted(bank, node.party, releases)
        return _appended(node, keys, bank, opening_drafts(node, known))


def undertake(
    node: Node, keys: Keys, owner: str, dataset: str, who: str, office: str
) -> Published:
    """Sign what the terms of another party's dataset ask of its readers.

    Parameters
    ----------
    who, office : str
        The person who promises it for this party, and in which office.

    Raises
    ------
    NotFound
        The owner lists no such dataset, or its terms ask for nothing.
    """
    with _acting(node) as bank:
        index, terms = _terms(bank, owner, dataset)
        if "undertaking" not in terms:
            raise NotFound(f"the terms of {owner}'s {dataset!r} ask for no undertaking")
        body = {
            "owner": owner,
            "dataset": dataset,
            "terms": index,
            "sha256": undertaken(terms),
            "who": _composed(who),
            "office": _composed(office),
        }
        title = f"{dataset} of {owner}"
        return _appended(node, keys, bank, [Draft("undertaking", body, title)])[0]


@contextmanager
def _acting(node: Node) -> Iterator[Bank]:
    """Hold the node for writing, recovered, with its bank up to date."""
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            stage_blobs(node)
            yield bank


def _appended(
    node: Node, keys: Keys, bank: Bank, drafts: Sequence[Draft]
) -> list[Published]:
    first = append_drafts(node, keys, drafts)
    catch_up(node, bank, lambda _done, _of: None)
    return [
        Published(first + place, draft.kind, draft.title)
        for place, draft in enumerate(drafts)
    ]


def _grants(
    node: Node,
    bank: Bank,
    releases: Sequence[int],
    words: Mapping[str, str],
    request: Mapping[str, Any] | None = None,
) -> list[Draft]:
    to = words["to"]
    if to == node.party:
        raise NotAcceptable("the owner reads every release of its own")
    recipient = recipient_of(node, to)
    known = _restricted(bank, node.party, releases)
    for dataset in {one.body["dataset"] for one in known}:
        _, terms = _terms(bank, node.party, dataset)
        if undertaking_missing(bank, node.party, terms, to):
            raise NotAllowed(
                f"{to!r} has not signed the undertaking of {dataset!r}",
                hint=f"the party signs it by 'waternet undertake {node.party} "
                f"{dataset}'; pull its record then",
            )
    found, origin = own_release_keys(node, releases), node.profile.origin
    drafts = []
    for one in known:
        said = {"dataset": one.body["dataset"], "release": one.index}
        said |= {"nonce": secrets.token_hex(16)}
        said |= {"until": words["until"]} if words["until"] else {}
        reference = stage_keys(
            node.staging / "blobs",
            found[one.index],
            {**said, "log": origin, "to": [to]},
            {to: recipient},
        )
        body = {**said, "to": to, "keys": reference.to_json()}
        body |= {"request": dict(request)} if request else {}
        title = f"release {one.index} to {to}"
        drafts.append(Draft("grant", body, title))
    return drafts


def _restricted(bank: Bank, party: str, releases: Sequence[int]) -> list[Restricted]:
    known = {one.index: one for one in restricted_releases(bank, party)}
    for release in releases:
        one = known.get(release)
        if one is None or one.withdrawn or one.opened:
            why = "is not restricted" if one is None else "was withdrawn"
            why = "is open to all" if one is not None and one.opened else why
            raise NotFound(
                f"release {release} {why}: there is nothing to grant",
                hint="'waternet releases' lists them, with who may read",
            )
    return [known[release] for release in releases]


def _terms(bank: Bank, owner: str, dataset: str) -> tuple[int, Mapping[str, Any]]:
    found = [
        (index, body)
        for index, body in listed_entries(bank, owner, "terms")
        if body["dataset"] == dataset
    ]
    if not found:
        raise NotFound(
            f"{owner!r} lists no dataset {dataset!r}",
            hint="'waternet catalogue' says what there is",
        )
    return found[-1]


def _find_request(bank: Bank, owner: str, name: str) -> Request:
    for one in list_requests(bank, owner):
        if f"{one.party}:{one.entry}" == name and one.owner == owner:
            return one
    raise NotFound(
        f"nobody asked {owner!r} by a request {name!r}",
        hint="'waternet requests' lists them",
    )


def _bound(node: Node, asked: Request) -> dict[str, Any]:
    """Return what names a request for good: its place and the hash of its bytes."""
    card = node.cards()[asked.party]
    head = seen_head(node, asked.party)
    one: SignedEntry = next(read_entries(card, head, asked.entry))
    digest = hashlib.sha256(one.signed).hexdigest()
    return {"party": asked.party, "entry": asked.entry, "sha256": digest}


def _composed(text: str) -> str:
    """Return a text in normal form C, as an entry holds it."""
    return unicodedata.normalize("NFC", text)
