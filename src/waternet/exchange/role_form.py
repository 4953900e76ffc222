"""What a root, the list of parties or a party's own role may say, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import Key, SSlibKey
from tuf.api.metadata import Role, Root, Targets

from waternet.errors import NotAcceptable
from waternet.observation.place import verify_id

__all__ = [
    "MOST_PARTIES",
    "PARTY",
    "card_path",
    "key_party",
    "party_role",
    "public_key",
    "verify_role_form",
]

MOST_PARTIES = 64  # a policy has no room for more witnesses
PARTY = "x-waternet-party"
"""The field of a root key that says which party holds it."""
_HEX = re.compile(r"[0-9a-f]{64}")


def party_role(party: str) -> str:
    """Return the name of a party's role."""
    return f"party-{party}"


def card_path(party: str) -> str:
    """Return the one target that a party may sign."""
    return f"cards/{party}.json"


def public_key(key: bytes, party: str = "") -> SSlibKey:
    """Return an Ed25519 public key, (32,), as the registry writes it."""
    made = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(key))
    if party:
        made.unrecognized_fields[PARTY] = party
    return made


def key_party(key: Key) -> str:
    """Return the party that a root key says it belongs to."""
    return str(key.unrecognized_fields.get(PARTY, ""))


def verify_role_form(name: str, signed: Any) -> None:
    """Raise `NotAcceptable` unless the role `name` may say what is signed.

    Parameters
    ----------
    name : str
        'root', 'targets' or 'party-<id>'.
    signed : Root or Targets
    """
    if isinstance(signed, Root):
        if signed.consistent_snapshot is not True:
            raise NotAcceptable("its files must be named by version")
        _verify_root(signed)
        return
    for path, target in signed.targets.items():
        hashes = target.hashes
        if set(hashes) != {"sha256"} or not _HEX.fullmatch(hashes["sha256"]):
            raise NotAcceptable(f"{path!r:.80} is not bound by one SHA-256")
        if type(target.length) is not int or target.unrecognized_fields:
            raise NotAcceptable(f"{path!r:.80} is bound by unknown fields")
    if name == "targets":
        _verify_delegations(signed)
    elif signed.delegations is not None:
        raise NotAcceptable("a party cannot hand on what was delegated to it")


def _verify_root(root: Root) -> None:
    _verify_keys(root.keys)
    parties = [key_party(key) for key in root.keys.values()]
    for party in parties:
        verify_id(party, "a party that holds a root key")
    if len(set(parties)) != len(parties):
        raise NotAcceptable("a party counts once: one root key each")
    for name, held in root.roles.items():
        if name in ("snapshot", "timestamp"):
            # Nobody can sign these: there is no centre that says what is newest.
            if held.keyids or held.threshold != 1:
                raise NotAcceptable(f"its role {name!r} has keys")
            continue
        _verify_key_role(held, root.keys, name)
    quorum, other = root.roles["root"], root.roles["targets"]
    if set(quorum.keyids) != set(root.keys) or quorum.threshold != other.threshold:
        raise NotAcceptable("root and targets must be signed by the same quorum")
    if set(other.keyids) != set(quorum.keyids):
        raise NotAcceptable("root and targets must be signed by the same keys")


def _verify_delegations(targets: Targets) -> None:
    if set(targets.targets) - {"quorum"}:
        raise NotAcceptable("it binds other files than 'quorum'")
    delegations = targets.delegations
    if delegations is None or delegations.roles is None:
        raise NotAcceptable("it has no parties")
    if delegations.unrecognized_fields or len(delegations.roles) > MOST_PARTIES:
        raise NotAcceptable(f"expected at most {MOST_PARTIES} parties and no more")
    _verify_keys(delegations.keys)
    used: list[str] = []
    for name, role in delegations.roles.items():
        party = str(name).removeprefix("party-")
        verify_id(party, "a party")
        if name != party_role(party) or role.paths != [card_path(party)]:
            raise NotAcceptable(
                f"the role {name!r:.80} may sign {role.paths!r:.80}: expected the "
                "card of one party"
            )
        if role.terminating is not True:
            raise NotAcceptable(f"the role {name!r} must end the search for its card")
        _verify_key_role(role, delegations.keys, name)
        used += role.keyids
    if len(set(used)) != len(used) or set(used) != set(delegations.keys):
        raise NotAcceptable("two parties share a registry key, or a key is nobody's")


def _verify_key_role(role: Role, keys: Mapping[str, Key], name: str) -> None:
    # What was read may be of another type than it is declared as.
    listed = type(role.keyids) is list
    if role.unrecognized_fields or not listed or set(role.keyids) - set(keys):
        raise NotAcceptable(f"the role {name!r} has unknown fields or keys")
    if type(role.threshold) is not int or role.threshold > len(role.keyids):
        raise NotAcceptable(
            f"the role {name!r} needs {role.threshold!r:.40} of "
            f"{len(role.keyids)} signatures"
        )


def _verify_keys(keys: Mapping[str, Key]) -> None:
    for keyid, key in keys.items():
        public = key.keyval.get("public", "")
        if (key.keytype, key.scheme, set(key.keyval)) != (
            "ed25519",
            "ed25519",
            {"public"},
        ) or not _HEX.fullmatch(public):
            raise NotAcceptable(f"the key {keyid!r:.80} is not an Ed25519 key")
        if set(key.unrecognized_fields) - {PARTY}:
            raise NotAcceptable(f"the key {keyid!r:.80} has unknown fields")
        if public_key(bytes.fromhex(public)).keyid != keyid:
            raise NotAcceptable(f"the key {keyid!r:.80} goes by an id that is not its")
        if not isinstance(key.unrecognized_fields.get(PARTY, ""), str):
            raise NotAcceptable(f"the key {keyid!r:.80} belongs to no party")
