"""Credentials: the steward's word on which keys of delegates speak for the party."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waternet.bank.seal import writing_bank
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.failpoint import failpoint
from waternet.node.appending import Keys, append_drafts
from waternet.node.delegates import delegate_key, make_delegate_key
from waternet.node.draft import Draft
from waternet.node.folder import Node
from waternet.node.groups import read_said
from waternet.node.intake import catch_up
from waternet.node.keys import read_key
from waternet.node.log import stage_blobs
from waternet.node.recovery import recover_node
from waternet.record.note import Signer
from waternet.workinggroup.credential import Credential

__all__ = [
    "Given",
    "Told",
    "give_credential",
    "list_credentials",
    "own_key",
    "revoke_credential",
]


@dataclass(frozen=True, slots=True)
class Given:
    """What a party says of a delegate.

    Attributes
    ----------
    delegate : str
    names : mapping of language to str
    level : str
        One of `group_kinds.RANKS`.
    office : str
        What the delegate is at home; '' untold.
    offices : tuple of str
        Ids of offices held, for what a charter excludes.
    bodies : tuple of str
        In which the delegate may speak; () is all of them.
    until : str
        The last day; '' without end.
    """

    delegate: str
    names: Mapping[str, str]
    level: str = "experts"
    office: str = ""
    offices: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    until: str = ""

    def to_body(self, vkey: str) -> dict[str, Any]:
        """Return the fields of the entry."""
        optional = {
            "office": _composed(self.office),
            "offices": sorted(set(self.offices)),
            "bodies": sorted(set(self.bodies)),
            "until": self.until,
        }
        return {
            "delegate": self.delegate,
            "title": self.delegate,
            "vkey": vkey,
            "names": {one: _composed(text) for one, text in self.names.items()},
            "level": self.level,
            **{name: held for name, held in optional.items() if held},
        }


@dataclass(frozen=True, slots=True)
class Told:
    """A credential that was given or taken back, and when.

    Attributes
    ----------
    party : str
    entry : int
    issued : str
    credential : Credential
    """

    party: str
    entry: int
    issued: str
    credential: Credential

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        held = self.credential
        return {
            "party": self.party,
            "delegate": held.delegate,
            "entry": self.entry,
            "issued": self.issued,
            "names": dict(held.names),
            "level": held.level if held.vkey else "",
            "office": held.office,
            "offices": list(held.offices),
            "bodies": list(held.bodies),
            "until": held.until,
            "reason": held.reason,
            "vkey": held.vkey,
        }


def own_key(node: Node, delegate: str, passphrase: str) -> Signer:
    """Return a delegate's key that lies on this node; make it where there is none.

    A key that was made before its entry could be signed is gone on with.
    """
    path = delegate_key(node, delegate)
    if path.exists():
        return read_key(path, passphrase)
    made = make_delegate_key(path, node.party, delegate, passphrase)
    failpoint("credential.key-written")
    return made


def give_credential(node: Node, keys: Keys, given: Given, vkey: str) -> int:
    """Append a credential to the own record; it replaces an earlier one.

    Returns
    -------
    int
        The entry: what the delegate's key signs counts in entries after it.

    Raises
    ------
    NotAcceptable
        A field is not as it must be.
    Conflict
        Another process is writing to the node.
    """
    with node.writing():
        return _append(node, keys, given.to_body(vkey))


def revoke_credential(node: Node, keys: Keys, delegate: str, reason: str) -> int:
    """Append an entry that takes a delegate's credential back.

    Raises
    ------
    NotFound
        The delegate has no credential of this party that stands.
    NotAcceptable
        There is no reason.
    """
    if not reason.strip():
        raise NotAcceptable("to take it back needs a reason", hint="give --reason")
    told = {"delegate": delegate, "title": delegate, "reason": _composed(reason)}
    with node.writing():
        return _append(node, keys, told)


def list_credentials(node: Node, bank: Bank) -> list[Told]:
    """Return every credential that a party gave or took back, by party and entry."""
    return [
        Told(
            one.party,
            one.index,
            one.issued,
            Credential.from_body(one.party, one.index, one.body),
        )
        for one in read_said(node, bank)
        if one.kind == "credential"
    ]


def _append(node: Node, keys: Keys, body: dict[str, Any]) -> int:
    recover_node(node)
    with writing_bank(node.bank) as bank:
        catch_up(node, bank, lambda _done, _of: None)
        if "vkey" not in body:
            _verify_stands(node, bank, body["delegate"])
        stage_blobs(node)
        index = append_drafts(node, keys, [Draft("credential", body, body["title"])])
        catch_up(node, bank, lambda _done, _of: None)
    return index


def _verify_stands(node: Node, bank: Bank, delegate: str) -> None:
    said = [
        one.credential
        for one in list_credentials(node, bank)
        if (one.party, one.credential.delegate) == (node.party, delegate)
    ]
    if not said or not said[-1].vkey:
        raise NotFound(
            f"{delegate!r} has no credential of {node.party!r} that stands",
            hint="'waternet credential list' lists them",
        )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())
