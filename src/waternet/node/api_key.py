"""API keys: random, shown once, kept as a digest."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass

__all__ = ["KEY", "NewKey", "digest_of", "make_key", "prefix_of"]

KEY = re.compile(r"wn1_([a-z2-7]{8})_[A-Za-z0-9_-]{43}")
"""What a key looks like; the group is what it is looked up by."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made: the only moment at which its text is known here.

    Attributes
    ----------
    prefix : str
        Names the key; not secret.
    text : str
        The whole key.
    expires : int [s since 1970, UTC]
    """

    prefix: str
    text: str
    expires: int


def make_key(expires: int) -> NewKey:
    """Return a key with 256 random bits.

    Examples
    --------
    >>> key = make_key(0)
    >>> prefix_of(key.text) == key.prefix, len(key.text)
    (True, 56)
    """
    prefix = base64.b32encode(secrets.token_bytes(5)).decode().lower()
    return NewKey(prefix, f"wn1_{prefix}_{secrets.token_urlsafe(32)}", expires)


def prefix_of(text: str) -> str:
    """Return what a key is looked up by; '' where the text is no key."""
    found = KEY.fullmatch(text)
    return found[1] if found else ""


def digest_of(text: str) -> bytes:
    """Return what is kept of a key: with 256 random bits, a plain hash is enough."""
    return hashlib.sha256(text.encode()).digest()
