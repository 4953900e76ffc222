"""Keys of delegates: private files, each with a passphrase of its delegate.

A delegate's key lies where its delegate signs: on the party's node, or on a machine
of the delegate's own, which needs no node.
"""

from __future__ import annotations

from pathlib import Path

from waternet.errors import Conflict, NotAllowed, NotFound
from waternet.node.folder import Node
from waternet.node.keys import write_key
from waternet.observation.place import verify_id
from waternet.record.note import Signer, generate_signer

__all__ = [
    "delegate_key",
    "delegates_here",
    "find_delegate",
    "make_delegate_key",
]


def delegate_key(node: Node, delegate: str) -> Path:
    """Return where a delegate's key lies on this node, if it lies here."""
    return node.folder / "keys" / "delegates" / f"{delegate}.key"


def delegates_here(node: Node) -> tuple[str, ...]:
    """Return the delegates whose keys lie on this node."""
    folder = node.folder / "keys" / "delegates"
    return tuple(sorted(one.stem for one in folder.glob("*.key")))


def find_delegate(node: Node, name: str) -> str:
    """Return the delegate that is meant; '' means the only one whose key is here.

    Raises
    ------
    NotFound
        There is no such key here.
    NotAllowed
        Several are here, and none was named.
    """
    here = delegates_here(node)
    if not name and len(here) > 1:
        raise NotAllowed(
            "several delegates have a key here", hint=f"--delegate: {', '.join(here)}"
        )
    if not here or name not in ("", *here):
        whose = f"of delegate {name!r}" if name else "of a delegate"
        raise NotFound(
            f"no key {whose} is here",
            hint="'waternet credential give' makes one; --draft FILE writes the act "
            "for a delegate who signs on another machine",
        )
    return name or here[0]


def make_delegate_key(path: Path, party: str, delegate: str, passphrase: str) -> Signer:
    """Make a delegate's key and write it to a private file.

    Parameters
    ----------
    path : Path
        A file that is not there yet.
    party, delegate : str
        Ids.
    passphrase : str
        '' leaves the file in plain text.

    Raises
    ------
    Conflict
        The file is there already: keys are never overwritten.
    """
    verify_id(party, "a party")
    verify_id(delegate, "a delegate")
    if path.exists():
        raise Conflict(
            f"{path.name} is there already",
            hint="keys are never overwritten: name another file, or move it away",
        )
    signer = generate_signer(f"waternet/{party}/delegates/{delegate}")
    write_key(path, signer, passphrase)
    return signer
