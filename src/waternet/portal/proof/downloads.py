"""Files to take away: what checks a figure or an entry offline, and evidence."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.operation import Operation, Parameter
from waternet.errors import NotAcceptable, NotAllowed
from waternet.node.attesting import Remembered
from waternet.node.bundle import write_bundle
from waternet.node.evidence import find_evidence
from waternet.node.policy import node_policy
from waternet.node.proving import prove_entry, prove_statement
from waternet.portal.page import visit_of
from waternet.portal.proof.figure import asked_figure
from waternet.record.proof import Proof

__all__ = ["download_operations"]

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_ZIP: Final = "application/zip"
_PACKED: Final = 20.0  # requests: up to 32 MiB are hashed and packed
_PLAIN: Final = "text/plain; charset=utf-8"


def download_operations(
    parameters: tuple[Parameter, ...],
    in_path: tuple[Parameter, ...],
    remembered: Remembered,
) -> tuple[Operation, ...]:
    """Return the operations that give out files.

    Parameters
    ----------
    parameters : tuple of Parameter
        By which a figure, an entry or a record is meant.
    in_path : tuple of Parameter
        'party' and 'number'.
    remembered : Remembered
    """
    digest = Parameter(
        "digest",
        {"type": "string", "pattern": "^[0-9a-f]{12}$", "maxLength": 12},
        "The first digits of the file's SHA-256.",
        "path",
        required=True,
    )
    return (
        _operation(
            "/proof/file",
            "proof-file",
            "One file to check a figure or an entry with, offline.",
            partial(_bundle, remembered),
            _ZIP,
            parameters,
        ),
        _operation(
            "/proof/policy",
            "proof-policy",
            "Whose records and witnesses this node goes by: a policy, to be compared.",
            _policy,
            "text/plain",
        ),
        _operation(
            "/entries/{party}/{number}/proof",
            "entry-proof",
            "The inclusion proof of an entry, with the entry (C2SP tlog-proof).",
            _entry_proof,
            "text/plain",
            in_path,
        ),
        _operation(
            "/findings/{digest}",
            "finding-evidence",
            "The evidence of a finding, to be checked by anybody.",
            _evidence,
            "text/plain",
            (digest,),
        ),
    )


def _operation(
    path: str,
    name: str,
    about: str,
    answer: Any,
    media_type: str,
    parameters: tuple[Parameter, ...] = (),
) -> Operation:
    return Operation(
        "GET",
        path,
        name,
        "portal",
        about,
        answer,
        parameters=parameters,
        answers={media_type: _TEXT},
        is_listed=False,
        reads_bank=path == "/proof/file",
        cost=_PACKED if media_type == _ZIP else 1.0,
    )


def _bundle(remembered: Remembered, asked: Asked) -> Answer:
    asked.now()  # files on the disk may change without the bank
    if "datastream" in asked.values:
        proof = _figure(remembered, asked)
    elif "party" in asked.values and "release" in asked.values:
        proof = prove_entry(asked.node, asked.values["party"], asked.values["release"])
    else:
        raise NotAcceptable(
            "a file is about a figure or an entry",
            hint="say datastream and time, or party and release",
        )
    return _file(write_bundle(asked.node, proof), _ZIP, "waternet-proof.zip")


def _figure(remembered: Remembered, asked: Asked) -> Proof:
    """Return the proof of a figure; of a restricted one, that of its entry alone."""
    told = asked_figure(visit_of(asked), remembered)
    release = told.release.index
    try:
        return prove_statement(asked.node, told.datastream, told.time, release)
    except NotAllowed:
        return prove_entry(asked.node, told.release.party, release)


def _policy(asked: Asked) -> Answer:
    text = node_policy(asked.node).to_text().encode("utf-8", "surrogateescape")
    return _file(text, _PLAIN, "parties.policy")


def _entry_proof(asked: Asked) -> Answer:
    proof = prove_entry(asked.node, asked.values["party"], asked.values["number"])
    return _file(proof.to_bytes(), _PLAIN, "entry.tlog-proof")


def _evidence(asked: Asked) -> Answer:
    kept = find_evidence(asked.node, asked.values["digest"])
    return _file(kept.written, _PLAIN, "waternet-evidence.txt")


def _file(content: bytes, media_type: str, name: str) -> Answer:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Answer(content, media_type, headers=headers)
