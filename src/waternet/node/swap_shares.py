"""The shares of a release's key: made, encrypted to their holders, joined, checked.

The key's text is a number below a large prime; three Shamir shares of degree 1 make it,
any two of them. A share travels as a canonical line of JSON with a random nonce; the
line's SHA-256 stands in the signed entry, and the line itself is encrypted by age to
its holder.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import pyrage

from waternet.errors import NotAcceptable, NotAllowed
from waternet.exchange.finding import Finding
from waternet.exchange.reciprocity import Swap
from waternet.exchange.said import Said
from waternet.node.folder import Node
from waternet.node.joint_process import join, split
from waternet.node.opening import read_own_identities
from waternet.node.restricting import recipient_of
from waternet.record.canonical import read_canonical, write_canonical
from waternet.record.sealing import read_identities

__all__ = [
    "COUNTERPART",
    "DEPOSITARY",
    "OWNER",
    "join_key",
    "make_side",
    "open_line",
    "recipient_for",
    "seal_line",
    "verify_line",
]

_PRIME = 2**607 - 1
"""A Mersenne prime above every text of 75 bytes: a secret key of age has 74."""

_NONCE = re.compile("[0-9a-f]{64}")
_VALUE = re.compile("0|[1-9][0-9]{0,182}")

COUNTERPART, DEPOSITARY, OWNER = 1, 2, 3
"""The places at which the three shares are the values of a line."""


def recipient_for(release_key: str) -> str:
    """Return the public half of a release key, which promises it."""
    return str(pyrage.x25519.Identity.from_str(release_key).to_public())


def make_side(
    node: Node, release: int, release_key: str, bound: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a side promises: its release, its key's public half, three shares.

    Parameters
    ----------
    node : Node
    release : int
    release_key : str
    bound : mapping
        'swap', the nonce of the offer, and 'holders': counterpart, depositary, owner.
    """
    secret = int.from_bytes(release_key.encode(), "big")
    (shares,) = split([secret], 1, 3, _PRIME)
    rows = []
    for place, (holder, share) in enumerate(
        zip(bound["holders"], shares, strict=True), start=1
    ):
        line = write_canonical(
            {
                "log": node.profile.origin,
                "nonce": secrets.token_hex(32),
                "place": place,
                "release": release,
                "share": str(share),
                "swap": bound["swap"],
                "to": holder,
            }
        )
        rows.append(
            {
                "to": holder,
                "sha256": hashlib.sha256(line).hexdigest(),
                "locked": seal_line(line, recipient_of(node, holder)),
            }
        )
    return {
        "release": release,
        "recipient": recipient_for(release_key),
        "shares": rows,
    }


def seal_line(line: bytes, recipient: str) -> str:
    """Encrypt a share's line to one party."""
    holder = pyrage.x25519.Recipient.from_str(recipient)
    return base64.b64encode(pyrage.encrypt(line, [holder])).decode()


def open_line(node: Node, sealed: str) -> bytes:
    """Decrypt a share's line with this party's own key.

    Raises
    ------
    NotAllowed
        It is not for this party, or is damaged.
    """
    own = [pyrage.x25519.Identity.from_str(one) for one in read_own_identities(node)]
    try:
        line: bytes = pyrage.decrypt(base64.b64decode(sealed), own)
    except (pyrage.DecryptError, OSError) as error:
        raise NotAllowed(
            "a share does not open with the key of this party: it is for another, or "
            "is none",
            hint="nobody else can tell which: settle it with them, or let it lapse",
        ) from error
    return line


def verify_line(swap: Swap, said: Said, place: int, line: bytes) -> None:
    """Raise unless a line is the share that a side committed to for that place.

    Raises
    ------
    Finding
        'bad-share': it is another line, or a line of something else.
    """
    body = said.entry.body
    if hashlib.sha256(line).hexdigest() != body["shares"][place - 1]["sha256"]:
        told = "the share that came is not the one it committed to"
        raise _bad_share(swap, said, told, [line])
    try:
        read = read_canonical(line.decode())
        form = {"nonce": _NONCE, "share": _VALUE}
        fits = all(form[name].fullmatch(read[name]) for name in form)
    except (NotAcceptable, UnicodeDecodeError, KeyError, TypeError) as error:
        told = "it committed to something that is no share"
        raise _bad_share(swap, said, told, [line]) from error
    bound = {
        "log": said.entry.log,
        "place": place,
        "release": body["release"],
        "swap": swap.body["nonce"],
        "to": body["shares"][place - 1]["to"],
    }
    expected = {**bound, "nonce": read["nonce"], "share": read["share"]}
    if not fits or int(read["share"]) >= _PRIME or write_canonical(expected) != line:
        told = "it committed to a share of something else"
        raise _bad_share(swap, said, told, [line])


def join_key(swap: Swap, said: Said, lines: Sequence[bytes]) -> str:
    """Join two verified shares to the release key that a side promised.

    Raises
    ------
    Finding
        'bad-share': they make another key, or none. The evidence is the side's signed
        entry and both lines, which it committed to.
    """
    read = [json.loads(line) for line in lines]
    points = [(one["place"], int(one["share"])) for one in read]
    (secret,) = join(points, [0], _PRIME)
    try:
        text = secret.to_bytes((secret.bit_length() + 7) // 8, "big").decode("ascii")
        (key,) = read_identities(text)
        if key == text and recipient_for(key) == said.entry.body["recipient"]:
            return key
    except (UnicodeDecodeError, NotAcceptable, ValueError):
        pass  # told below, as another key is
    told = "its shares do not make the key that it promised"
    raise _bad_share(swap, said, told, lines)


def _bad_share(swap: Swap, said: Said, told: str, lines: Sequence[bytes]) -> Finding:
    evidence = {"promise": said.signed}
    evidence |= {f"share-{number}": line for number, line in enumerate(lines, 1)}
    return Finding(
        "bad-share",
        f"{said.party!r} in the swap {swap.name}: {told}",
        party=said.party,
        index=said.index,
        evidence=evidence,
    )
