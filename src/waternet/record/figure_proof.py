"""What a proof about a figure carries, so that a policy is all its reader needs.

The entry as it was signed, from which its place in the log is checked; the files of
figures that it names, from which the figure is read; and which figure is meant. None of
it is believed: the entry must be the leaf that the proof is about, and the files must
have the hashes that the entry gives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from waternet.errors import NotAcceptable
from waternet.record.entry import MOST_BYTES
from waternet.record.fields import (
    Check,
    verify_fields,
    verify_text,
    verify_time,
)
from waternet.record.key import from_base64, to_base64

__all__ = ["CARRIED", "MOST_CARRIED", "FigureProof", "read_figure_proof"]

CARRIED = ("datastreams", "observations")
"""The files that say what a figure is: its unit, and its value."""
MOST_CARRIED = 4 << 20
"""Bytes of files that a proof carries; larger ones must be given beside it."""


@dataclass(frozen=True, slots=True)
class FigureProof:
    """The extra data of a proof.

    Attributes
    ----------
    entry : bytes
        Signed, as the log holds it.
    datastream : str
        Name of the figure's datastream; '' where the entry as a whole is meant.
    time : str
        The figure's, '2026-11-22T08:00:00Z'; '' as above.
    blobs : mapping of str to bytes
        Files that the entry names, by its field: 'datastreams', 'observations'.
    """

    entry: bytes
    datastream: str
    time: str
    blobs: Mapping[str, bytes]

    def to_extra(self) -> bytes:
        """Return it as it stands in a proof: canonical JSON."""
        written: dict[str, Any] = {"entry": to_base64(self.entry)}
        if self.datastream:
            written |= {"datastream": self.datastream, "time": self.time}
        for name, content in self.blobs.items():
            written[name] = to_base64(content)
        return rfc8785.dumps(written)


def read_figure_proof(extra: bytes | None) -> FigureProof:
    """Read the extra data of a proof. Nothing in it is verified yet.

    Raises
    ------
    NotAcceptable
        It is not what `FigureProof.to_extra` writes.
    """
    at = "the extra data of this proof"
    try:
        written: Any = json.loads(extra or b"")
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(
            f"{at} is not JSON: {error}",
            hint="a proof made by Waternet carries the entry; other proofs do not",
        ) from error
    verify_fields(written, {"entry": _verify_base64}, at, _OPTIONAL)
    if ("datastream" in written) != ("time" in written):
        raise NotAcceptable(f"{at} names half a figure")
    entry = from_base64(written["entry"])
    if len(entry) > MOST_BYTES:
        raise NotAcceptable(f"{at}: an entry has at most {MOST_BYTES} bytes")
    return FigureProof(
        entry=entry,
        datastream=written.get("datastream", ""),
        time=written.get("time", ""),
        blobs={name: from_base64(written[name]) for name in CARRIED if name in written},
    )


def _verify_base64(value: Any, at: str) -> None:
    try:
        from_base64(value if isinstance(value, str) else "?")
    except NotAcceptable as error:
        raise NotAcceptable(f"{at}: expected base64, got {value!r:.80}") from error


_OPTIONAL: Mapping[str, Check] = {
    "datastream": verify_text,
    "time": verify_time,
    **dict.fromkeys(CARRIED, _verify_base64),
}
