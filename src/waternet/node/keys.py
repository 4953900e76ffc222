"""A node's secret keys as files, each readable by its owner alone.

What signs (steward, log) is encrypted with a passphrase by age. What must work while
nobody is there (the witness, which cosigns; the recipient, which opens what is meant
for this party) is not: decision 0036 says why.
"""

from __future__ import annotations

from pathlib import Path

import pyrage

from waternet.errors import NotAcceptable, NotAllowed
from waternet.node.durable import write_durably
from waternet.record.note import Signer

__all__ = [
    "WrongPassphrase",
    "is_locked",
    "read_key",
    "read_secret",
    "write_key",
    "write_secret",
]

_AGE = b"age-encryption.org/v1"
_MEASURED = 5  # times
_RESTORE = "restore the key's file from your copy"


class WrongPassphrase(NotAllowed):
    """What was typed does not open a key's file; or the file is damaged."""


def write_key(path: Path, signer: Signer, passphrase: str) -> None:
    """Write a signing key; see `write_secret`."""
    write_secret(path, signer.to_text(), passphrase)


def write_secret(path: Path, text: str, passphrase: str) -> None:
    """Write one line of secret text, readable by its owner alone.

    Parameters
    ----------
    path : Path
    text : str
    passphrase : str
        Encrypts the file with age (scrypt); '' leaves it in plain text, for what must
        work unattended on a disk that is itself encrypted.
    """
    content = text.encode() + b"\n"
    # The folder is closed to others before the file exists.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    if passphrase:
        content = pyrage.passphrase.encrypt(content, passphrase)
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
    try:
        return Signer.from_text(read_secret(path, passphrase))
    except NotAcceptable as error:
        raise NotAcceptable(
            f"{path.name} does not hold a signing key", hint=_RESTORE
        ) from error


def read_secret(path: Path, passphrase: str = "") -> str:
    """Read what `write_secret` wrote.

    Raises
    ------
    NotAllowed
        There is no such file here, or the passphrase does not open it.
    NotAcceptable
        The file is damaged.
    """
    content = _content(path)
    if content.startswith(_AGE):
        content = _opened(content, passphrase, path.name)
    try:
        return content.decode().strip()
    except UnicodeDecodeError as error:
        raise NotAcceptable(f"{path.name} is damaged", hint=_RESTORE) from error


def _opened(content: bytes, passphrase: str, name: str) -> bytes:
    """Decrypt a file; more than once where the machine seems too slow.

    How much work a passphrase may cost is measured by age as it begins: while others
    keep the machine busy, that can come out far too low.
    """
    for _attempt in range(_MEASURED):
        try:
            opened: bytes = pyrage.passphrase.decrypt(content, passphrase)
        except pyrage.DecryptError as error:
            if "xcessive work" not in str(error):
                raise WrongPassphrase(
                    f"the passphrase does not open {name}, or the file is damaged",
                    hint="set WATERNET_PASSPHRASE, or restore the key from your copy",
                ) from error
        else:
            return opened
    raise NotAllowed(
        f"this machine is too slow, or too busy, to open {name}",
        hint="try again when other programs have ended",
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotAllowed(
            f"this node has no key {path.name}",
            hint="only a node with the party's keys can publish for it",
        ) from error
