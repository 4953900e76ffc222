"""The kinds of entries by which two parties release figures to each other at once.

Each release's key is in three shares, of which any two make it: one for the other
side, one for a depositary, one that its owner keeps until it opens.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    verify_fields,
    verify_integer,
    verify_name,
    verify_sha256,
    verify_text,
    verify_time,
)
from waternet.record.joint_kinds import verify_reference
from waternet.record.sealing import verify_recipient

__all__ = ["SWAP_KINDS", "SWAP_WHOLE"]

_MOST_LOCKED = 2_000  # bytes of one share for one party


def _verify_locked(value: Any, at: str) -> None:
    """Raise unless it is base64 of a share, encrypted by age."""
    verify_text(value, at)
    try:
        content = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAcceptable(f"{at}: expected base64") from error
    if not content.startswith(b"age-encryption.org/v1") or len(content) > _MOST_LOCKED:
        raise NotAcceptable(f"{at}: expected a share, encrypted by age")


_SHARE: Mapping[str, Check] = {
    "to": verify_name,
    "sha256": verify_sha256,
    "locked": _verify_locked,
}
_PASSED_ON: Mapping[str, Check] = {
    "of": verify_name,
    "to": verify_name,
    "locked": _verify_locked,
}


def _verify_rows(value: Any, at: str, fields: Mapping[str, Check], count: int) -> None:
    if not isinstance(value, list) or len(value) != count:
        raise NotAcceptable(f"{at}: expected {count} shares")
    for row in value:
        verify_fields(row, fields, at)


_shares = partial(_verify_rows, fields=_SHARE, count=3)
_SIDE: Mapping[str, Check] = {
    "release": verify_integer,
    "recipient": verify_recipient,
    "shares": _shares,
}
_AGREED: Mapping[str, Check] = {
    "offer": verify_reference,
    "acceptance": verify_reference,
}

SWAP_KINDS: Mapping[str, Mapping[str, Check]] = {
    "swap-offer": {
        **_SIDE,
        "wanted": verify_name,
        "counterpart": verify_name,
        "depositary": verify_name,
        "accept_by": verify_time,
        "open_by": verify_time,
        "nonce": verify_sha256,
    },
    "swap-acceptance": {**_SIDE, "offer": verify_reference},
    "swap-deposit": _AGREED,
    "swap-opening": {**_AGREED, "locked": _verify_locked},
    "swap-share": {
        **_AGREED,
        "shares": partial(_verify_rows, fields=_PASSED_ON, count=2),
    },
}


def _verify_offer(written: Mapping[str, Any], at: str) -> None:
    """Raise unless three parties are named, each with its share, and times in order."""
    named = [written["counterpart"], written["depositary"], written["party"]]
    if len(set(named)) != len(named):
        raise NotAcceptable(f"{at}: the two sides and the depositary are three parties")
    if [one["to"] for one in written["shares"]] != named:
        raise NotAcceptable(f"{at}: the shares are for {', '.join(named)}, in order")
    if not written["accept_by"] < written["open_by"]:
        raise NotAcceptable(f"{at}: 'accept_by' is before 'open_by'")


SWAP_WHOLE: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    "swap-offer": _verify_offer,
}
"""What holds between the fields of a kind."""
