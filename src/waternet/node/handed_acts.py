"""Acts that delegates handed in, signed elsewhere: they wait for the steward.

Each lies in a folder of its own below ``acts/``, which only the node's user may read.
What is taken in was signed by a delegate of this party, and would count; it stands in
no log before the steward enters it. What is lost is handed in again.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waternet.bank.seal import reading_bank
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.failpoint import failpoint
from waternet.node.acting import Performed, enter_act, entry_body, verify_counts
from waternet.node.appending import Keys
from waternet.node.documents import MOST_DOCUMENT, verify_goes_with
from waternet.node.durable import make_folder, sync_folder, write_durably
from waternet.node.editing import moment_now
from waternet.node.folder import Node
from waternet.node.groups import read_said
from waternet.node.intake import bring_up_to_date
from waternet.workinggroup.act import Act, read_act

__all__ = [
    "MOST_HANDED",
    "Handed",
    "drop_handed",
    "enter_handed",
    "get_handed",
    "hand_in",
    "list_handed",
]

MOST_HANDED = 200
_ID = re.compile(r"[0-9a-f]{64}")
_LEAST_PREFIX = 8
_DAY = 86_400  # s
_NOTE, _ABOUT, _DOCUMENT = "act", "about.json", "document"


@dataclass(frozen=True, slots=True)
class Handed:
    """An act that waits to be entered.

    Attributes
    ----------
    folder : Path
    act : Act
    note : str
        As it was signed.
    sender, received : str
        Who brought it, and when.
    """

    folder: Path
    act: Act
    note: str
    sender: str
    received: str

    @property
    def document(self) -> Path | None:
        """The file that goes with it."""
        path = self.folder / _DOCUMENT
        return path if path.exists() else None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        act = self.act
        return {
            "act": act.id,
            "group": act.group,
            "verb": act.verb,
            "subject": act.subject,
            "delegate": act.delegate,
            "issued": act.issued,
            "day": act.day,
            "of": act.of,
            "source": act.source,
            "on": list(act.on),
            "body": dict(act.body),
            "document": self.document.stat().st_size if self.document else 0,
            "sender": self.sender,
            "received": self.received,
        }


def hand_in(
    node: Node, bank: Bank, note: str, sender: str, document: bytes = b""
) -> Handed:
    """Take in an act that a delegate of this party signed.

    Handed in once more, it waits as before; a document that lacked is added.

    Parameters
    ----------
    node : Node
    bank : Bank
    note : str
    sender : str
        Who brings it.
    document : bytes
        The file that goes with it; b'' for none.

    Raises
    ------
    NotAcceptable
        It is no signed act, or of another party; or the document that it names did
        not come, or another.
    Refused
        It would not count, and why.
    Conflict
        Too many wait already; or it waits with other bytes for its document.
    """
    act = read_act(note)
    if act.party != node.party:
        raise NotAcceptable(
            f"the act is of {act.party!r}, this node is of {node.party!r}",
            hint=f"hand it in at the node of {act.party!r}",
        )
    if len(document) > MOST_DOCUMENT:
        raise NotAcceptable(f"a document has at most {MOST_DOCUMENT:,} bytes")
    digest = hashlib.sha256(document).hexdigest() if document else ""
    verify_goes_with(act.body, digest)
    verify_counts(node, bank, act, entry_body(act, note))
    target = _inbox(node) / act.id
    waiting = _read(target)
    if waiting is not None:
        _complete(waiting, document)
        return waiting
    if target.exists():  # a part of it was lost
        _clear(target)
    _keep(node, target, note, sender, document)
    return _kept(target)


def list_handed(node: Node) -> list[Handed]:
    """Return the acts that wait, the oldest first; what is there in part waits not."""
    folders = [one for one in _inbox(node).glob("*") if _ID.fullmatch(one.name)]
    found = [one for one in map(_read, folders) if one is not None]
    return sorted(found, key=lambda one: (one.received, one.act.id))


def get_handed(node: Node, beginning: str) -> Handed:
    """Return an act that waits.

    Parameters
    ----------
    node : Node
    beginning : str
        Of its id, eight digits at least.

    Raises
    ------
    NotFound
        None waits whose id begins so.
    """
    for one in list_handed(node):
        if len(beginning) >= _LEAST_PREFIX and one.act.id.startswith(beginning):
            return one
    raise NotFound(
        f"no act {beginning[:64]!r} waits here",
        hint="it was entered or dropped; 'waternet act waiting' lists what waits",
    )


def enter_handed(node: Node, keys: Keys, beginning: str) -> Performed:
    """Enter an act that waits into the own log; then it waits no more.

    Stopped after it was entered, the next call finds it in the log.

    Raises
    ------
    NotFound
        None waits whose id begins so.
    Refused, Conflict
        As `enter_act`.
    """
    handed = get_handed(node, beginning)
    bring_up_to_date(node)
    with reading_bank(node.bank) as bank:
        done = _entered(node, bank, handed.act)
    if done is None:
        done = enter_act(node, keys, handed.note, handed.document)
    failpoint("act.before-drop")
    _clear(handed.folder)
    return done


def drop_handed(node: Node, beginning: str) -> Handed:
    """Drop an act that waits: it is not entered.

    Raises
    ------
    NotFound
        None waits whose id begins so.
    """
    handed = get_handed(node, beginning)
    _clear(handed.folder)
    return handed


def _entered(node: Node, bank: Bank, act: Act) -> Performed | None:
    """Return where an act stands in the own log; None where it does not."""
    for one in read_said(node, bank):
        if one.party == node.party and one.kind == "act":
            found = _read_entry(one.body)
            if found is not None and found.id == act.id:
                return Performed(found, one.index, one.body["title"])
    return None


def _read_entry(body: Mapping[str, Any]) -> Act | None:
    try:
        return read_act(body["act"])
    except NotAcceptable:
        return None  # of a later version; the fold refuses it by name


def _keep(node: Node, target: Path, note: str, sender: str, document: bytes) -> None:
    inbox = _inbox(node)
    make_folder(inbox)
    inbox.chmod(0o700)
    for left in inbox.glob("unfinished-*"):
        if left.stat().st_mtime < time.time() - _DAY:  # of a process that was stopped
            shutil.rmtree(left, ignore_errors=True)
    if len(list_handed(node)) >= MOST_HANDED:
        raise Conflict(
            f"{MOST_HANDED} acts wait already",
            hint="the steward enters or drops some, then hand this one in again",
        )
    unfinished = inbox / f"unfinished-{secrets.token_hex(8)}"
    unfinished.mkdir(mode=0o700)
    about = {"sender": sender, "received": moment_now()}
    try:
        write_durably(unfinished / _NOTE, note.encode())
        write_durably(unfinished / _ABOUT, json.dumps(about).encode())
        if document:
            write_durably(unfinished / _DOCUMENT, document)
        failpoint("act.before-kept")
        unfinished.rename(target)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not target.exists():  # else the same act was handed in twice at once
            raise
    sync_folder(inbox)


def _clear(folder: Path) -> None:
    """Take a folder away at once: nobody who lists finds half of it."""
    gone = folder.with_name(f"unfinished-{secrets.token_hex(8)}")
    folder.rename(gone)
    sync_folder(folder.parent)
    failpoint("act.unlisted")
    shutil.rmtree(gone)


def _complete(handed: Handed, document: bytes) -> None:
    """Add the document of an act that waits without it."""
    if not document:
        return
    if handed.document is None:
        write_durably(handed.folder / _DOCUMENT, document)
        sync_folder(handed.folder)
    elif handed.document.read_bytes() != document:
        raise Conflict(
            f"act {handed.act.id[:16]} waits with other bytes for its document",
            hint="the steward drops it, then hand it in again",
        )


def _kept(folder: Path) -> Handed:
    found = _read(folder)
    if found is None:
        raise Conflict("the act was entered or dropped just now")
    return found


def _read(folder: Path) -> Handed | None:
    """Return the act in a folder; None where it is not there, or not whole."""
    try:
        note = (folder / _NOTE).read_text(encoding="utf-8")
        about = json.loads((folder / _ABOUT).read_bytes())
    except FileNotFoundError:
        return None
    return Handed(folder, read_act(note), note, about["sender"], about["received"])


def _inbox(node: Node) -> Path:
    return node.folder / "acts"
