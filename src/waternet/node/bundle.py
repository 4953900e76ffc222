"""One file to check a figure or an entry with, offline: proof, policy, card, how-to.

The file is a ZIP archive with few names, none of which says whose figure it is. The
policy and the card in it come from whoever gave the file: they show that the parts fit
one another. That they are the parties' own is shown by comparing the policy's digest
with what another party says.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from waternet.errors import NotAcceptable
from waternet.exchange.card import MOST_CARD, Card, read_card
from waternet.node.folder import Node
from waternet.node.policy import node_policy
from waternet.node.proving import left_out
from waternet.record.blob import blob_path, verify_blob
from waternet.record.entry import read_entry
from waternet.record.figure_proof import read_figure_proof
from waternet.record.policy import MOST_POLICY, Policy, read_policy
from waternet.record.proof import MOST_PROOF, Proof, read_proof

__all__ = [
    "MOST_BUNDLE",
    "Bundle",
    "is_bundle",
    "policy_digest",
    "read_bundle",
    "write_bundle",
]

MOST_BUNDLE = 64 << 20
"""Bytes of a bundle, and of what is in it."""
_MOST_FILES = 32 << 20  # bytes of files that are too large for the proof
_PROOF, _POLICY, _CARD, _ABOUT = (
    "figure.tlog-proof",
    "parties.policy",
    "card.json",
    "README.txt",
)
_LIMITS = {_PROOF: MOST_PROOF, _POLICY: MOST_POLICY, _CARD: MOST_CARD, _ABOUT: 1 << 16}
_FILE = re.compile(r"files/[0-9a-f]{64}")
_MOST_MEMBERS = 8
_MOST_LISTED = 4_096  # bytes of the archive's list of what is in it
_END = struct.Struct("<4s4H2LH")  # that ends an archive without a comment
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ValueError, struct.error),
    NotImplementedError,  # a way of packing that is none of ours
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds; nothing of it is verified yet.

    Attributes
    ----------
    proof : Proof
    policy : Policy
    digest : str
        SHA-256 of the policy's file, in hexadecimal.
    card : Card or None
    files : mapping of SHA-256 to bytes
        That the proof needs beside it.
    """

    proof: Proof
    policy: Policy
    digest: str
    card: Card | None
    files: Mapping[str, bytes]


def policy_digest(written: bytes) -> str:
    """Return the SHA-256 of a policy's file, by which two copies are compared."""
    return hashlib.sha256(written).hexdigest()


def is_bundle(written: bytes) -> bool:
    """Return whether a file begins as a ZIP archive does."""
    return written.startswith(b"PK\x03\x04")


def write_bundle(node: Node, proof: Proof) -> bytes:
    """Return the file to hand out with a proof that this node made.

    Parameters
    ----------
    node : Node
    proof : Proof
        Of `waternet.node.proving`.

    Raises
    ------
    NotFound, NotVerified
        A card, or a file of the figure, is not here or not as it was signed.
    """
    carried = read_figure_proof(proof.extra)
    party = read_entry(carried.entry).party
    policy = node_policy(node).to_text().encode("utf-8", "surrogateescape")
    members = {
        _ABOUT: _about(policy),
        _PROOF: proof.to_bytes(),
        _POLICY: policy,
        _CARD: node.cards()[party].to_json(),
    }
    room = _MOST_FILES
    for reference in left_out(carried).values():
        if reference.bytes <= room:
            room -= reference.bytes
            path = node.records(party) / blob_path(reference.sha256)
            verify_blob(path, reference)
            members[f"files/{reference.sha256}"] = path.read_bytes()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in members.items():
            # Always the same bytes: no time of making, no user, no system.
            told = zipfile.ZipInfo(name)
            told.compress_type = zipfile.ZIP_DEFLATED
            told.create_system = 3
            told.external_attr = 0o644 << 16
            made.writestr(told, content)
    return written.getvalue()


def read_bundle(written: bytes) -> Bundle:
    """Read a bundle, within limits.

    Raises
    ------
    NotAcceptable
        It is not one: another archive, a part is missing, too large or unknown.
    """
    if len(written) > MOST_BUNDLE:
        raise NotAcceptable(f"a bundle has at most {MOST_BUNDLE} bytes")
    try:
        parts = _members(written)
    except _DAMAGED as error:
        raise NotAcceptable(
            f"the archive is damaged: {error}", hint="download it again"
        ) from error
    missing = {_PROOF, _POLICY} - set(parts)
    if missing:
        raise NotAcceptable(
            f"the archive holds no {min(missing)}",
            hint="expected the file that a proof's page offers",
        )
    return Bundle(
        proof=read_proof(parts[_PROOF]),
        policy=read_policy(parts[_POLICY]),
        digest=policy_digest(parts[_POLICY]),
        card=read_card(parts[_CARD], _CARD) if _CARD in parts else None,
        files={
            name.removeprefix("files/"): content
            for name, content in parts.items()
            if _FILE.fullmatch(name)
        },
    )


def _members(written: bytes) -> dict[str, bytes]:
    """Return what is in the archive, by name, never more than its limits."""
    mark, *_, listed, _at, comment = _END.unpack(written[-_END.size :])
    if mark != b"PK\x05\x06" or comment or listed > _MOST_LISTED:
        raise zipfile.BadZipFile("its list of files is none, or too long")
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        told = archive.infolist()
        if len(told) > _MOST_MEMBERS:
            raise NotAcceptable(
                f"a bundle holds at most {_MOST_MEMBERS} files, this one {len(told)}"
            )
        parts: dict[str, bytes] = {}
        for one in told:
            if one.filename in parts:
                raise NotAcceptable(f"the archive holds {one.filename!r:.80} twice")
            parts[one.filename] = _member(archive, one)
            if sum(map(len, parts.values())) > MOST_BUNDLE:
                raise NotAcceptable(f"a bundle holds at most {MOST_BUNDLE} bytes")
    return parts


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    most = _LIMITS.get(one.filename, 0)
    if _FILE.fullmatch(one.filename):
        most = _MOST_FILES
    if not most:
        raise NotAcceptable(f"the archive holds {one.filename!r:.80}, which is no part")
    if one.compress_type not in _PLAIN or one.flag_bits & _ENCRYPTED:
        raise NotAcceptable(f"{one.filename!r} is packed in another way")
    with archive.open(one) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise NotAcceptable(f"{one.filename!r} is larger than the {most} it may have")
    return content


def _about(policy: bytes) -> bytes:
    return _words().replace("{digest}", policy_digest(policy)).encode()


@cache
def _words() -> str:
    return files(__package__).joinpath("bundle.txt").read_text(encoding="utf-8")
