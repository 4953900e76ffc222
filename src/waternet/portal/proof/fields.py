"""The fields of an entry as people read them: each value with what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waternet.node.attested import AttestedEntry
from waternet.portal.language.language import Language
from waternet.portal.proof.told import at_second
from waternet.portal.proof.words import field_words
from waternet.record.blob import blob_path

__all__ = ["HIDDEN", "ShownField", "fields_of"]

HIDDEN = (
    *("nonce", "shares", "parcels", "inputs", "locked", "certificate", "recipient"),
    *("address", "public", "sha256", "act"),
)
"""Fields that mean nothing to people; the signed text has them."""
_MOMENTS = ("from", "to", "until", "opens", "accept_by", "open_by")
_IDS = ("owner", "counterpart", "depositary")
_NUMBERS = ("least", "rejected", "decimals", "percent")
_ENTRY = frozenset({"entry", "party"})
_PROSE: tuple[str, ...] = (
    "title",
    "source",
    "reason",
    "purpose",
    "about",
    "undertaking",
    "attribution",
)
_PROSE += ("who", "office", "licence")


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of an entry.

    Attributes
    ----------
    name, label : str
        As the entry calls it, and as the reader does.
    kind : str
        'text', 'ident', 'moment', 'number', 'names', 'list', 'blob', 'entry', 'party',
        'parties', 'hash' or 'other'.
    value : Any
        As its kind wants it: a blob has 'count', 'bytes', 'sha256', 'path'; an entry
        'party' and 'entry'.
    """

    name: str
    label: str
    kind: str
    value: Any


def fields_of(one: AttestedEntry, language: Language, own: str) -> list[ShownField]:
    """Return the fields of an entry in the order in which they are told.

    Parameters
    ----------
    one : AttestedEntry
    language : Language
    own : str
        The party whose node this is: others' files lie below mirror/.
    """
    if one.entry is None:
        return []
    words = field_words(language)
    body = one.entry.body
    ordered = [name for name in words if name in body]
    ordered += sorted(name for name in body if name not in words)
    return [
        ShownField(name, words.get(name, name), *_shown(one, name, body[name], own))
        for name in ordered
        if name not in HIDDEN
    ]


def _shown(one: AttestedEntry, name: str, value: Any, own: str) -> tuple[str, Any]:
    if isinstance(value, Mapping):
        return _nested(one, name, value, own)
    if isinstance(value, list):
        return _many(one, name, value)
    if name in ("release", "terms") and isinstance(value, int):
        return "entry", {"party": one.party, "entry": value}
    if name in _IDS or (name == "to" and one.entry and one.entry.kind == "grant"):
        return "party", value
    if name in _MOMENTS and "T" in value:
        return "moment", at_second(value)
    if name in _NUMBERS or isinstance(value, int):
        return "number", value
    return ("text" if name in _PROSE else "ident"), value


def _nested(
    one: AttestedEntry, name: str, value: Mapping[str, Any], own: str
) -> tuple[str, Any]:
    if {"bytes", "sha256"} <= value.keys():
        folder = "" if one.party == own else f"/mirror/{one.party}"
        return "blob", {
            "count": value.get("rows", value.get("count")),
            "bytes": value["bytes"],
            "sha256": value["sha256"],
            "path": f"{folder}/{blob_path(value['sha256'])}",
        }
    if value.keys() >= _ENTRY:
        return "entry", {"party": value["party"], "entry": value["entry"]}
    if name == "names":
        return "names", value
    if name == "sealed":
        return "parties", value["to"]
    if "sha256" in value:
        return "hash", {"name": value.get("name", ""), "sha256": value["sha256"]}
    return "other", value


def _many(one: AttestedEntry, name: str, value: Sequence[Any]) -> tuple[str, Any]:
    if name == "releases":
        return "entries", [
            {"party": one.party, "entry": each["release"]} for each in value
        ]
    if name == "parties" and all(isinstance(each, str) for each in value):
        return "parties", value
    if all(isinstance(each, str) for each in value):
        return "list", value
    if all(isinstance(each, Mapping) and each.keys() >= _ENTRY for each in value):
        return "entries", value
    return "other", value
