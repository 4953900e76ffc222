"""Entries: what a party says in its log, one signed line of JSON each.

The line is canonical (RFC 8785), so that one meaning has one spelling, and closed:
a field that this version does not know is refused, because whoever reads it would
otherwise hold a signature over something it never took in. docs/reference/record.md
gives every kind with its fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from waternet.errors import NotAcceptable, NotVerified
from waternet.observation.place import verify_id
from waternet.record.canonical import read_canonical, write_canonical
from waternet.record.checkpoint import Checkpoint
from waternet.record.fields import (
    Reference,
    verify_fields,
    verify_integer,
    verify_text,
    verify_time,
)
from waternet.record.kinds import KINDS, OPTIONAL, WHOLE
from waternet.record.note import (
    Signer,
    Verifier,
    from_base64,
    read_note,
    sign_note,
    to_base64,
    verify_note,
)

__all__ = [
    "ASIDE",
    "MOST_BYTES",
    "Entry",
    "Reference",
    "read_entry",
    "sign_entry",
    "verify_entry",
    "write_entry",
]

MOST_BYTES = 65_534  # of a signed entry: tlog-tiles counts them in 16 bits
ASIDE = ("findings", "edits", "rules", "deliveries", "outlines", "document")
"""Blobs that tell how figures were judged, what was agreed on, what a map shows or what
a delegate handed in: figures stand without them."""
_BLOBS = ("places", "datastreams", "observations", "keys", *ASIDE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of a party.

    Attributes
    ----------
    kind : str
        One of those in `record.kinds`: 'station', 'terms', 'release', 'withdraw'...
    log : str
        Origin of the only log in which it may stand.
    party : str
    issued : str
        When, by the steward's clock: '2026-11-22T08:00:00Z'. The order of entries is
        the log's, whatever the clocks say.
    body : mapping
        The fields of the kind, as plain JSON values.
    heads : tuple of Checkpoint
        The last heads that the party had seen of other logs, without signatures.
    """

    kind: str
    log: str
    party: str
    issued: str
    body: Mapping[str, Any]
    heads: tuple[Checkpoint, ...] = ()

    def references(self) -> dict[str, Reference]:
        """Return the blobs that it names, by the field that names each."""
        found = {
            name: Reference.from_json(self.body[name])
            for name in _BLOBS
            if name in self.body
        }
        if "sealed" in self.body:
            found["keys"] = Reference.from_json(self.body["sealed"]["keys"])
        return found


def write_entry(entry: Entry) -> str:
    r"""Return the entry's one line, with its newline.

    Raises
    ------
    NotAcceptable
        A field is missing, unknown or not as its kind demands; the message names it.

    Examples
    --------
    >>> body = {"release": 3, "reason": "wrong gauge datum"}
    >>> entry = Entry("withdraw", "water.example/a", "a", "2026-11-22T08:00:00Z", body)
    >>> write_entry(entry)[:56]
    '{"heads":[],"issued":"2026-11-22T08:00:00Z","kind":"with'
    """
    written = {
        **entry.body,
        "kind": entry.kind,
        "log": entry.log,
        "party": entry.party,
        "issued": entry.issued,
        "heads": [
            {"origin": head.origin, "size": head.size, "root": to_base64(head.root)}
            for head in entry.heads
        ],
    }
    if len(written) != len(entry.body) + len(_COMMON):
        raise NotAcceptable(f"the body of an entry cannot hold {sorted(_COMMON)}")
    _verify_entry_fields(written)
    return write_canonical(written).decode() + "\n"


def sign_entry(entry: Entry, *signers: Signer) -> bytes:
    """Write and sign an entry with the steward's key (and a reviewer's).

    Raises
    ------
    NotAcceptable
        A field breaks a rule, or the signed entry is longer than `MOST_BYTES`.
    """
    signed = sign_note(write_entry(entry), *signers)
    _verify_length(signed)
    return signed


def read_entry(signed: bytes) -> Entry:
    """Read a signed entry. It means nothing until `verify_entry` has passed.

    Raises
    ------
    NotAcceptable
        It is too long, not a signed note, not one line of canonical JSON, of a kind
        that is not known, or a field breaks a rule; the message names it.
    """
    _verify_length(signed)
    return _read_text(read_note(signed).text)


def _read_text(text: str) -> Entry:
    line, newline, more = text.partition("\n")
    if not newline or more:
        raise NotAcceptable("an entry is one line")
    written = read_canonical(line)
    _verify_entry_fields(written)
    return Entry(
        kind=written["kind"],
        log=written["log"],
        party=written["party"],
        issued=written["issued"],
        body={name: held for name, held in written.items() if name not in _COMMON},
        heads=tuple(
            Checkpoint(head["origin"], head["size"], from_base64(head["root"]))
            for head in written["heads"]
        ),
    )


def verify_entry(signed: bytes, verifiers: Iterable[Verifier], log: str) -> Entry:
    """Return the entry if a known key signed it for this log.

    Parameters
    ----------
    signed : bytes
    verifiers : iterable of Verifier
        The steward's keys that are valid at the entry's index.
    log : str
        Origin of the log that it was found in.

    Raises
    ------
    NotVerified
        No known key signed it, or it was signed for another log.
    NotAcceptable
        It is not an entry.
    """
    _verify_length(signed)
    entry = _read_text(verify_note(signed, verifiers).text)
    if entry.log != log:
        raise NotVerified(f"an entry of the log {entry.log!r} stands in {log!r}")
    return entry


def _verify_party(value: Any, at: str) -> None:
    verify_text(value, at)
    verify_id(value, "a party")


def _verify_root(value: Any, at: str) -> None:
    verify_text(value, at)
    from_base64(value)


_HEAD = {"origin": verify_text, "size": verify_integer, "root": _verify_root}


def _verify_heads(value: Any, at: str) -> None:
    if not isinstance(value, list):
        raise NotAcceptable(f"{at}: expected a list, got {value!r:.80}")
    for head in value:
        verify_fields(head, _HEAD, at)
        Checkpoint(head["origin"], head["size"], from_base64(head["root"]))
    if len({head["origin"] for head in value}) != len(value):
        raise NotAcceptable(f"{at}: names one log twice")


_COMMON = {
    "kind": verify_text,
    "log": verify_text,
    "party": _verify_party,
    "issued": verify_time,
    "heads": _verify_heads,
}


def _verify_entry_fields(written: Mapping[str, Any]) -> None:
    kind = written.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise NotAcceptable(
            f"an entry of kind {kind!r:.80} is not known",
            hint=f"known are {', '.join(sorted(KINDS))}; a later version may know more",
        )
    fields, optional = {**_COMMON, **KINDS[kind]}, OPTIONAL.get(kind, {})
    verify_fields(written, fields, f"a {kind!r} entry", optional)
    if "." in written["issued"]:
        raise NotAcceptable(f"a {kind!r} entry: 'issued' is given in whole seconds")
    period = "from" in written and "to" in written
    if period and written["to"].rstrip("Z") < written["from"].rstrip("Z"):
        raise NotAcceptable(
            f"a {kind!r} entry: 'from' {written['from']} is after 'to' {written['to']}"
        )
    if "findings" in written and "rules" not in written:
        raise NotAcceptable(f"a {kind!r} entry: 'findings' without the 'rules'")
    if kind in WHOLE:
        WHOLE[kind](written, f"a {kind!r} entry")


def _verify_length(signed: bytes) -> None:
    if len(signed) > MOST_BYTES:
        raise NotAcceptable(
            f"a signed entry has at most {MOST_BYTES} bytes, this one {len(signed)}",
            hint="what is long belongs into a blob that the entry names",
        )
