"""The kind of entry with which a party says which registry it holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    verify_fields,
    verify_integer,
    verify_sha256,
    verify_text,
)

__all__ = ["REGISTRY_KINDS"]

_MOST_ROLES = 66  # root, the list of parties, and 64 parties
_ROLE: Mapping[str, Check] = {
    "name": verify_text,
    "version": partial(verify_integer, least=1),
    "sha256": verify_sha256,
}


def _verify_roles(value: Any, at: str) -> None:
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_ROLES:
        raise NotAcceptable(f"{at}: expected 1 to {_MOST_ROLES} roles")
    for role in value:
        verify_fields(role, _ROLE, at)
    names = [role["name"] for role in value]
    if names != sorted(set(names)):
        raise NotAcceptable(f"{at}: expected each role once, in order of its name")


REGISTRY_KINDS: Mapping[str, Mapping[str, Check]] = {
    "registry": {"roles": _verify_roles},
}
