"""Opening a party's signing keys with a passphrase, beside a server that answers.

age takes seconds for it, on purpose, and lets nothing else of its process run
meanwhile: it does so in a process of its own, with limits. Passphrase and keys go
through pipes; no argument, environment or file holds them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable, NotAllowed
from waternet.node.appending import Keys
from waternet.node.bounded import without_secrets
from waternet.node.folder import Node
from waternet.node.key_opening import SECONDS
from waternet.node.keys import WrongPassphrase, is_locked, read_key
from waternet.node.own_keys import key_file
from waternet.node.publish import read_keys, verified_keys
from waternet.record.note import Signer

__all__ = ["needs_passphrase", "unlock_key", "unlock_keys"]

_ROLES = ("steward", "log")
_KINDS = {one.__name__: one for one in (NotAcceptable, NotAllowed, WrongPassphrase)}


def needs_passphrase(node: Node) -> bool:
    """Return whether a key that signs is locked.

    Raises
    ------
    NotAllowed
        A key is not here.
    """
    return any(is_locked(path) for path in _files(node))


def unlock_keys(node: Node, passphrase: str) -> Keys:
    """Return the signing keys; those that are locked are opened in another process.

    Raises
    ------
    WrongPassphrase
        It does not open a key.
    NotAllowed
        A key is not here, or cannot be opened on this machine.
    NotVerified
        A key is not the one on the party's card.
    """
    if not needs_passphrase(node):
        return read_keys(node, "")
    steward, log = _opened(_files(node), passphrase)
    return verified_keys(node, steward, log)


def unlock_key(path: Path, passphrase: str) -> Signer:
    """Return one key, a delegate's; one that is locked is opened in another process.

    Raises
    ------
    WrongPassphrase, NotAllowed
        As `unlock_keys`.
    """
    if not is_locked(path):
        return read_key(path, "")
    return _opened([path], passphrase)[0]


def _opened(files: Sequence[Path], passphrase: str) -> list[Signer]:
    asked = {"files": [str(path) for path in files], "passphrase": passphrase}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "waternet.node.key_opening"],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=without_secrets(),
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_slow() from None
    if done.returncode:
        raise _too_slow()
    told: dict[str, Any] = json.loads(done.stdout)
    if "error" in told:
        raise _KINDS[told["error"]](told["message"], hint=told["hint"])
    return [Signer.from_text(text) for text in told["keys"]]


def _files(node: Node) -> list[Path]:
    card = node.cards()[node.party]
    return [key_file(node, card, role) for role in _ROLES]


def _too_slow() -> NotAllowed:
    return NotAllowed(
        "the signing keys could not be opened within what one opening may take",
        hint="try again when the machine is less busy, or publish by command",
    )
