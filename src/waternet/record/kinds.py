"""The kinds of entries: which fields each has, and what a field may hold.

A kind is closed: its fields, each of its type, and no other; some may be left out.
docs/reference/record.md says the same in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    blob_check,
    verify_choice,
    verify_integer,
    verify_key,
    verify_name,
    verify_nested,
    verify_sha256,
    verify_text,
    verify_texts,
    verify_time,
)
from waternet.record.group_kinds import GROUP_KINDS, GROUP_OPTIONAL, GROUP_WHOLE
from waternet.record.joint_kinds import JOINT_KINDS, JOINT_OPTIONAL, JOINT_WHOLE
from waternet.record.layer_kinds import LAYER_KINDS, LAYER_OPTIONAL, LAYER_WHOLE
from waternet.record.registry_kinds import REGISTRY_KINDS
from waternet.record.schedule_kinds import SCHEDULE_KINDS
from waternet.record.sharing_kinds import (
    SEALED,
    SHARING_KINDS,
    SHARING_OPTIONAL,
    SHARING_WHOLE,
)
from waternet.record.swap_kinds import SWAP_KINDS, SWAP_WHOLE

__all__ = ["KINDS", "OPTIONAL", "WHOLE"]


def _verify_personal(value: Any, at: str) -> None:
    if not isinstance(value, Mapping) or not value:
        raise NotAcceptable(
            f"{at}: expected what was done by column, got {value!r:.80}"
        )
    for column, done in value.items():
        verify_text(column, f"{at}: a column")
        verify_choice(done, f"{at}: {column!r}", ("dropped", "pseudonymised"))


_RELEASE: Mapping[str, Check] = {
    "dataset": verify_name,
    "title": verify_text,
    "source": verify_text,
    "observations": blob_check("rows"),
    "datastreams": blob_check("count"),
    "from": verify_time,
    "to": verify_time,
    "input": partial(
        verify_nested, fields={"name": verify_text, "sha256": verify_sha256}
    ),
    "recipe": partial(verify_nested, fields={"sha256": verify_sha256}),
    "rejected": verify_integer,
    "checks": verify_texts,
}

KINDS: Mapping[str, Mapping[str, Check]] = {
    "station": {"places": blob_check("count")},
    "release": _RELEASE,
    "revise": {**_RELEASE, "reason": verify_text},
    "withdraw": {"release": verify_integer, "reason": verify_text},
    "qc": {
        "name": verify_name,
        "version": verify_text,
        "title": verify_text,
        "rules": blob_check("count"),
    },
    "key": {
        "role": partial(verify_choice, choices=("steward", "log")),
        "vkey": verify_key,
        "from": verify_integer,
    },
    **SHARING_KINDS,
    **JOINT_KINDS,
    **SWAP_KINDS,
    **SCHEDULE_KINDS,
    **LAYER_KINDS,
    **GROUP_KINDS,
    **REGISTRY_KINDS,
}

_CHECKED: Mapping[str, Check] = {
    "findings": blob_check("rows"),
    "edits": blob_check("count"),
    "rules": blob_check("count"),
    "sealed": SEALED,
    "personal": _verify_personal,
}

OPTIONAL: Mapping[str, Mapping[str, Check]] = {
    "station": {"sealed": SEALED},
    "release": _CHECKED,
    "revise": _CHECKED,
    **SHARING_OPTIONAL,
    **JOINT_OPTIONAL,
    **LAYER_OPTIONAL,
    **GROUP_OPTIONAL,
}
"""Fields that an entry of the kind may have besides those of `KINDS`."""

WHOLE: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    **SHARING_WHOLE,
    **JOINT_WHOLE,
    **SWAP_WHOLE,
    **LAYER_WHOLE,
    **GROUP_WHOLE,
}
"""What holds between the fields of a kind."""
