"""What a party keeps of its commitment, and how it is held to it.

A commitment is the SHA-256 of a canonical line of JSON with a random nonce. There is
one for each period's figure and one for each party's parcel: the Shamir shares of all
figures for that party. Whoever uses other shares is named before anything is computed;
whoever commits to shares of another figure is named once it is asked to open.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from waternet.errors import NotAcceptable, NotFound
from waternet.exchange.finding import Finding
from waternet.exchange.joint_round import Round
from waternet.node.folder import Node
from waternet.node.joint_process import PRIME, join, split
from waternet.node.keys import write_secret

__all__ = [
    "commitment_body",
    "degree_of",
    "keep_secrets",
    "kept_path",
    "make_secrets",
    "read_secrets",
    "verify_opening",
]

# Whether a channel is the right one is told by its certificate, never by a clock.
_FROM, _TO = datetime(2000, 1, 1), datetime(9999, 12, 31)  # noqa: DTZ001


def degree_of(parties: int) -> int:
    """Return how many parties together learn nothing but the total: under a half."""
    return (parties - 1) // 2


def make_secrets(
    round_: Round, party: str, values: Mapping[str, int]
) -> dict[str, Any]:
    """Split figures into shares, each with its nonce; make the key of the channel.

    Returns
    -------
    dict
        'inputs' and 'parcels': the canonical lines, by period and by party;
        'certificate' (DER in base64); 'key' (PEM of certificate and private key).
    """
    reference = round_.proposal.reference()
    periods, parties = sorted(values), round_.parties
    shares = split(
        [values[period] for period in periods], degree_of(len(parties)), len(parties)
    )
    inputs = {
        period: _line(
            nonce=secrets.token_hex(32),
            party=party,
            period=period,
            proposal=reference,
            value=values[period],
        )
        for period in periods
    }
    parcels = {
        other: _line(
            nonce=secrets.token_hex(32),
            party=party,
            proposal=reference,
            shares={
                period: str(of[place])
                for period, of in zip(periods, shares, strict=True)
            },
            to=other,
        )
        for place, other in enumerate(parties)
    }
    certificate, key = _channel_key(party, round_.name)
    return {
        "inputs": inputs,
        "parcels": parcels,
        "certificate": certificate,
        "key": key,
    }


def commitment_body(
    round_: Round, kept: Mapping[str, Any], public: set[str]
) -> dict[str, Any]:
    """Return the body of the entry by which a party commits to what it keeps."""
    return {
        "proposal": round_.proposal.reference(),
        "inputs": [
            {"period": period, "sha256": _digest(line)}
            for period, line in sorted(kept["inputs"].items())
        ],
        "public": sorted(public),
        "parcels": [
            {"party": party, "sha256": _digest(line)}
            for party, line in sorted(kept["parcels"].items())
        ],
        "certificate": kept["certificate"],
    }


def kept_path(node: Node, round_: Round, ending: str = "json") -> Path:
    """Return where the secrets of a commitment lie."""
    name = f"{round_.proposal.party}-{round_.proposal.index}.{ending}"
    return node.folder / "joint" / name


def keep_secrets(node: Node, round_: Round, kept: Mapping[str, Any]) -> None:
    """Write them down, readable by their owner alone."""
    write_secret(kept_path(node, round_, "pem"), kept["key"], "")
    write_secret(kept_path(node, round_), json.dumps(kept), "")


def read_secrets(node: Node, round_: Round) -> dict[str, Any]:
    """Read what `keep_secrets` wrote.

    Raises
    ------
    NotFound
        It is not here.
    NotAcceptable
        It is damaged, or not what the party committed to.
    """
    path = kept_path(node, round_)
    hint = "restore the folder joint/ from your copy; without it nobody can compute"
    try:
        kept: dict[str, Any] = json.loads(path.read_bytes())
        body = commitment_body(round_, kept, set())
    except FileNotFoundError as error:
        raise NotFound(f"this node does not hold {path.name}", hint=hint) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAcceptable(f"joint/{path.name} is damaged", hint=hint) from error
    said = round_.commitments[node.party].entry.body
    if any(body[name] != said[name] for name in ("inputs", "parcels", "certificate")):
        raise NotAcceptable(
            f"joint/{path.name} is not what {node.party!r} committed to", hint=hint
        )
    return kept


def verify_opening(round_: Round, opened: Mapping[str, Any]) -> dict[str, int]:
    """Return the figures of an opening, if they are those that the party committed to.

    Parameters
    ----------
    round_ : Round
    opened : mapping
        'party', 'inputs' and 'parcels' of one party.

    Raises
    ------
    NotAcceptable
        It is no opening of this round.
    Finding
        'bad-share': it opens something else, or its shares were of another figure.
        The evidence is the signed commitment and the opening.
    """
    try:
        commitment = round_.commitments[opened["party"]]
        inputs, parcels = dict(opened["inputs"]), dict(opened["parcels"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotAcceptable(f"no opening of {round_.name}") from error
    said = commitment.entry.body
    differs = _differing(said["inputs"], "period", inputs)
    differs += _differing(said["parcels"], "party", parcels)
    if differs:
        told = f"what it opens for {', '.join(differs)} is not what it committed to"
        raise _bad_share(round_, opened, told)
    try:
        values = {
            period: int(json.loads(line)["value"]) for period, line in inputs.items()
        }
        shares = [json.loads(parcels[party])["shares"] for party in round_.parties]
        wrong = [period for period in values if not _fits(values, shares, period)]
    except (ValueError, KeyError, TypeError) as error:
        told = "it committed to something that is no figure and no share"
        raise _bad_share(round_, opened, told) from error
    if wrong:
        told = f"its shares for {', '.join(wrong)} were not of the figure it opens"
        raise _bad_share(round_, opened, told)
    return values


def _differing(
    committed: Sequence[Mapping[str, str]], by: str, opened: Mapping[str, Any]
) -> list[str]:
    """Return the rows whose opened line is missing or is not the one committed to."""
    return [
        row[by]
        for row in committed
        if not isinstance(opened.get(row[by]), str)
        or _digest(opened[row[by]]) != row["sha256"]
    ]


def _fits(
    values: Mapping[str, int], shares: list[Mapping[str, str]], period: str
) -> bool:
    """Return whether all shares lie on one polynomial, and its secret is the value."""
    own = [int(of[period]) for of in shares]
    enough = degree_of(len(own)) + 1
    points = [(place + 1, share) for place, share in enumerate(own)]
    secret, *rest = join(
        points[:enough], [0, *(place for place, _share in points[enough:])]
    )
    return [secret, *rest] == [values[period] % PRIME, *own[enough:]]


def _bad_share(round_: Round, opened: Mapping[str, Any], told: str) -> Finding:
    party = opened["party"]
    commitment = round_.commitments[party]
    return Finding(
        "bad-share",
        f"{party!r} in the joint total {round_.name}: {told}",
        party=party,
        index=commitment.index,
        evidence={
            "commitment": commitment.signed,
            "opening": json.dumps(opened).encode(),
        },
    )


def _line(**fields: Any) -> str:
    return rfc8785.dumps(fields).decode()


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def _channel_key(party: str, round_name: str) -> tuple[str, str]:
    """Make a key for the channels of one round, and its certificate."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, party),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, round_name[:64]),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_TO)
        .sign(key, None)
    )
    written = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + made.public_bytes(serialization.Encoding.PEM)
    der = made.public_bytes(serialization.Encoding.DER)
    return base64.b64encode(der).decode(), written.decode()
