"""Other parties' Parquet blobs, read once in a process of their own before here.

Their hash says only that a party signed them. A page of a few kilobytes may expand to
gigabytes whatever the footer says: that ends the process which tries it first, and the
blob is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from waternet.errors import NotAcceptable
from waternet.node.bounded import LIMITS, Limits, run_bounded
from waternet.record.fields import Reference

__all__ = ["PROBED", "Probe", "probe_blobs"]

PROBED = ("observations", "findings")
_ROWS = 50_000_000  # in one process, so that its time is enough for all


@dataclass(frozen=True, slots=True)
class Probe:
    """A blob to try: where it lies, its reference, and the field that names it."""

    path: Path
    reference: Reference
    field: str


def probe_blobs(
    probes: Sequence[Probe], limits: Limits = LIMITS
) -> Mapping[str, NotAcceptable]:
    """Return why blobs cannot be read within limits, by their hash.

    Parameters
    ----------
    probes : sequence of Probe
        A file that is not there is passed over: that is another finding.
    limits : Limits
        Of each process.

    Returns
    -------
    mapping of str to NotAcceptable
        Only those that stop the process; whether the others hold what they should is
        found when they are read.
    """
    harmful: dict[str, NotAcceptable] = {}
    for batch in _batches([probe for probe in probes if probe.path.is_file()]):
        rest = batch
        while rest:
            done, stopped = _try(rest, limits)
            if stopped is not None and done < len(rest):
                harmful[rest[done].reference.sha256] = stopped
                done += 1
            rest = rest[done:]
    return harmful


def _batches(probes: Sequence[Probe]) -> Iterator[list[Probe]]:
    batch: list[Probe] = []
    for probe in probes:
        if sum(one.reference.count for one in batch) > _ROWS:
            yield batch
            batch = []
        batch.append(probe)
    yield batch


def _try(probes: Sequence[Probe], limits: Limits) -> tuple[int, NotAcceptable | None]:
    """Return how many blobs one process got through, and what stopped it."""
    listed = [[str(one.path), asdict(one.reference), one.field] for one in probes]
    asked = {"task": "probe", "path": str(probes[0].path), "blobs": listed}
    with TemporaryDirectory(prefix="waternet-") as folder:
        answer = Path(folder)
        try:
            run_bounded(asked, answer, limits)
        except NotAcceptable as error:
            through = answer / "through"
            done = through.stat().st_size if through.is_file() else 0
            return done, error
    return len(probes), None
