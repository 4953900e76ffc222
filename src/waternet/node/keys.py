"""Signing keys as files: C2SP note keys, encrypted with a passphrase by age."""

from __future__ import annotations

from pathlib import Path

import pyrage

from waternet.errors import NotAcceptable, NotAllowed
from waternet.node.durable import write_durably
from waternet.record.note import Signer

__all__ = ["is_locked", "read_key", "write_key"]

_AGE = b"age-encryption.org/v1"


def write_key(path: Path, signer: Signer, passphrase: str) -> None:
    """Write a signing key, readable by its owner alone.

    Parameters
    ----------
    path : Path
    signer : Signer
    passphrase : str
        Encrypts the file with age (scrypt); '' leaves it in plain text, for nodes
        that must start unattended on a disk that is itself encrypted.
    """
    text = signer.to_text().encode() + b"\n"
    # The folder is closed to others before the file exists.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    content = pyrage.passphrase.encrypt(text, passphrase) if passphrase else text
    write_durably(path, content)
    path.chmod(0o600)


def is_locked(path: Path) -> bool:
    """Return whether the key's file needs a passphrase."""
    return _content(path).startswith(_AGE)


def read_key(path: Path, passphrase: str) -> Signer:
    """Read a signing key.

    Raises
    ------
    NotAllowed
        There is no such key here, or the passphrase does not open it.
    NotAcceptable
        The file is damaged.
    """
    content = _content(path)
    if content.startswith(_AGE):
        try:
            content = pyrage.passphrase.decrypt(content, passphrase)
        except pyrage.DecryptError as error:
            raise NotAllowed(
                f"the passphrase does not open {path.name}, or the file is damaged",
                hint="set WATERNET_PASSPHRASE, or restore the key from your copy",
            ) from error
    try:
        return Signer.from_text(content.decode().strip())
    except (UnicodeDecodeError, NotAcceptable) as error:
        raise NotAcceptable(
            f"{path.name} does not hold a signing key",
            hint="restore the key's file from your copy",
        ) from error


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotAllowed(
            f"this node has no key {path.name}",
            hint="only a node with the party's keys can publish for it",
        ) from error
