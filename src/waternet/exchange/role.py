"""One file of the registry: TUF metadata, read strictly before anything is believed.

The form is that of The Update Framework, so that its tools can read a registry. What
it leaves open is closed here: one spelling for one meaning, Ed25519 keys only, a key's
id is the hash of the key, no field that this version does not know.

References
----------
TUF specification 1.0.31, section 4 (document formats).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from securesystemslib.signer import Key
from tuf.api.metadata import Metadata, Root
from tuf.api.metadata import Role as KeyRole
from tuf.api.serialization import DeserializationError, SerializationError

from waternet.errors import NotAcceptable
from waternet.exchange.role_form import MOST_PARTIES, verify_role_form

__all__ = ["MOST_ROLE", "Role", "read_role"]

MOST_ROLE = 1 << 19  # bytes of one file
_MOST_KEYS = 2 * MOST_PARTIES
_MOST_SIGNATURES = 4 * MOST_PARTIES
_MOST_DEPTH = 12
_LARGEST = 2**31 - 1
_KEY_ID = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_SIGNED = {"_type", "expires", "spec_version", "version"}
_FIELDS = {
    "root": {*_SIGNED, "consistent_snapshot", "keys", "roles"},
    "targets": {*_SIGNED, "targets", "delegations"},
}


@dataclass(frozen=True, slots=True)
class Role:
    """A file of the registry as it was read; its signatures are not yet checked.

    Attributes
    ----------
    name : str
        'root', 'targets' or 'party-<id>'.
    written : bytes
        The file.
    metadata : Metadata of Root or Targets
    payload : bytes
        What is signed: the canonical form of the part 'signed'.
    """

    name: str
    written: bytes
    metadata: Metadata[Any]
    payload: bytes

    @property
    def version(self) -> int:
        """Its number; each change adds one or more."""
        return int(self.metadata.signed.version)

    @property
    def expires(self) -> datetime:
        """Until when those who signed it meant to have renewed it."""
        expires: datetime = self.metadata.signed.expires
        return expires

    @property
    def digest(self) -> str:
        """SHA-256 of what is signed: the same before and after anybody signs."""
        return hashlib.sha256(self.payload).hexdigest()

    @property
    def path(self) -> str:
        """The file's name in the folder of the registry."""
        return f"{self.version}.{self.name}.json"

    def signers(self, keys: Iterable[Key]) -> set[str]:
        """Return the ids of those keys whose signature on it holds."""
        role = KeyRole([key.keyid for key in keys], 1)
        held = Root(keys={key.keyid: key for key in keys}, roles=_only(role))
        found = held.get_verification_result(
            "root", self.payload, self.metadata.signatures
        )
        return set(found.signed)


def read_role(name: str, written: bytes, source: str) -> Role:
    """Read one file of the registry.

    Parameters
    ----------
    name : str
        The role that it must be: 'root', 'targets' or 'party-<id>'.
    written : bytes
    source : str
        Where it came from, for the message.

    Raises
    ------
    NotAcceptable
        It is not such a file; the message says what was expected.
    """
    try:
        return _read(name, written)
    except (DeserializationError, SerializationError, UnicodeEncodeError) as error:
        raise _refused(name, source, error.__cause__ or error) from error
    except NotAcceptable as error:
        raise _refused(name, source, error) from error


def _read(name: str, written: bytes) -> Role:
    fields = _parsed(written)
    _verify_outer(fields, "root" if name == "root" else "targets")
    metadata: Metadata[Any] = Metadata.from_bytes(written)
    if metadata.to_bytes() != written:
        raise NotAcceptable("it is not written in its one canonical form")
    verify_role_form(name, metadata.signed)
    return Role(name, written, metadata, metadata.signed_bytes)


def _refused(name: str, source: str, error: BaseException) -> NotAcceptable:
    return NotAcceptable(
        f"{source} is not the registry's role {name!r}: {error}",
        hint="ask another party for its public/registry",
    )


def _parsed(written: bytes) -> dict[str, Any]:
    if len(written) > MOST_ROLE:
        raise NotAcceptable(f"it is larger than {MOST_ROLE} bytes")
    try:
        fields = json.loads(
            written,
            object_pairs_hook=_without_repeats,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_whole,
        )
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"not JSON: {error!s:.80}") from error
    if not isinstance(fields, dict):
        raise NotAcceptable("expected a JSON object")
    _verify_depth(fields, _MOST_DEPTH)
    return fields


def _verify_outer(fields: Mapping[str, Any], kind: str) -> None:
    signed = fields.get("signed")
    signatures = fields.get("signatures")
    if set(fields) != {"signed", "signatures"} or not isinstance(signed, dict):
        raise NotAcceptable("expected the fields 'signed' and 'signatures'")
    if not isinstance(signatures, list) or len(signatures) > _MOST_SIGNATURES:
        raise NotAcceptable(f"expected at most {_MOST_SIGNATURES} signatures")
    if any(not _is_signature(one) for one in signatures):
        raise NotAcceptable("a signature has other fields than 'keyid' and 'sig'")
    if signed.get("_type") != kind:
        raise NotAcceptable(f"it is of type {signed.get('_type')!r:.40}, not {kind!r}")
    if unknown := sorted(set(signed) - _FIELDS[kind]):
        raise NotAcceptable(f"field {unknown[0]!r:.40} is not known")
    if type(signed.get("version")) is not int:
        raise NotAcceptable("its version is not a whole number")
    held = signed if kind == "root" else signed.get("delegations", {"keys": {}})
    keys = held.get("keys") if isinstance(held, dict) else None
    if not isinstance(keys, dict) or len(keys) > _MOST_KEYS:
        raise NotAcceptable(f"it names more than {_MOST_KEYS} keys")


def _is_signature(one: Any) -> bool:
    if not isinstance(one, dict) or set(one) != {"keyid", "sig"}:
        return False
    keyid, signature = one["keyid"], one["sig"]
    if not isinstance(keyid, str) or not isinstance(signature, str):
        return False
    return bool(_KEY_ID.fullmatch(keyid) and _SIGNATURE.fullmatch(signature))


def _only(role: KeyRole) -> dict[str, KeyRole]:
    nobody = {name: KeyRole([], 1) for name in ("targets", "snapshot", "timestamp")}
    return {"root": role, **nobody}


def _verify_depth(value: Any, left: int) -> None:
    if not left:
        raise NotAcceptable(f"it is nested more than {_MOST_DEPTH} deep")
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return
    for one in value:
        _verify_depth(one, left - 1)


def _whole(text: str) -> int:
    if len(text) > 10 or int(text) > _LARGEST:
        raise NotAcceptable(f"the number {text[:40]} is larger than {_LARGEST}")
    return int(text)


def _refuse_number(text: str) -> NoReturn:
    raise NotAcceptable(f"expected whole numbers, got {text[:40]}")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotAcceptable("a field is given twice")
    return found
