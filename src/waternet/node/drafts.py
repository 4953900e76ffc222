"""What publishing a pending import will say: entries not yet signed, blobs staged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.query import get_observations
from waternet.bank.standing import (
    standing_datastreams,
    standing_places,
    standing_terms,
)
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.failpoint import failpoint
from waternet.node.aggregated import aggregated
from waternet.node.context import is_bare
from waternet.node.difference import Difference, find_difference
from waternet.node.draft import Draft, lay_down, stage_blob
from waternet.node.folder import Dataset, Node
from waternet.node.log import stage_blobs
from waternet.node.pending import Pending
from waternet.node.report import counted
from waternet.node.restricting import (
    find_readers,
    hidden_places,
    plain_folder,
    seal_drafts,
    verify_releasable,
)
from waternet.node.reviewing import verify_review
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA
from waternet.quality.replay import replay
from waternet.quantity import is_same_unit
from waternet.record.blob import (
    verify_blob,
    write_datastreams,
    write_observations,
    write_places,
)
from waternet.record.fields import write_time
from waternet.record.findings import write_findings
from waternet.record.listing import write_lines

__all__ = ["Draft", "Foreseen", "draft_entries", "foresee"]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What publishing an import would do to the figures that stand.

    Attributes
    ----------
    new, replaced, unchanged : int
        Figures that would be signed; those of them that replace others, for which a
        reason is needed; those that stand just so already.
    """

    new: int
    replaced: int
    unchanged: int


def foresee(node: Node, bank: Bank, pending: Pending) -> Foreseen | None:
    """Return what publishing an import would change; None where only doing it tells.

    That is of a dataset of which totals alone are published.

    Raises
    ------
    NotAcceptable
        A datastream changes its unit.
    """
    dataset = _find_dataset(node, pending.origin.dataset)
    if dataset is not None and dataset.access == "aggregated":
        return None
    figures = _new_figures(node, bank, pending)
    return Foreseen(figures.rows, figures.replaced, figures.unchanged)


def draft_entries(node: Node, bank: Bank, pending: Pending, reason: str) -> list[Draft]:
    """Compare an import with what stands, and stage what publishing it needs.

    Parameters
    ----------
    node : Node
        Held for writing, and recovered.
    bank : Bank
        Up to date.
    pending : Pending
    reason : str
        Why figures that stand are replaced.

    Returns
    -------
    list of Draft
        In the order of the log: places, terms, figures.

    Raises
    ------
    NotAcceptable
        Figures would be replaced without a reason; a datastream changes its unit;
        the dataset has no terms.
    NotAllowed
        The dataset's figures must be reviewed first; its terms let nothing of this
        import be published.
    """
    dataset = _find_dataset(node, pending.origin.dataset)
    if dataset is None or dataset.access != "aggregated" or not pending.reference:
        return _drafts(node, bank, pending, reason, dataset)
    _verify_publishable(dataset, pending)
    with aggregated(node, bank, pending, dataset) as gathered:
        # Reviewed as it was read: what is gathered has no edits and no review.
        return _drafts(node, bank, gathered, reason, replace(dataset, review=False))


def _drafts(
    node: Node, bank: Bank, pending: Pending, reason: str, dataset: Dataset | None
) -> list[Draft]:
    figures = _new_figures(node, bank, pending)
    if figures.replaced and not reason.strip():
        raise NotAcceptable(
            f"{pending.folder.name} replaces {counted(figures.replaced, 'figure')}, "
            "but no reason is given",
            hint="publish with --reason 'why they change', or 'waternet discard "
            f"{pending.folder.name}'",
        )
    if figures.rows:
        _verify_publishable(dataset, pending)
    failpoint("publish.before-blobs")
    blobs = stage_blobs(node)
    readers = None if dataset is None else find_readers(node, bank, dataset)
    with plain_folder(node, blobs, readers) as plain:
        drafts = _place_drafts(plain, bank, node.party, pending.places, readers)
        if figures.rows and dataset is not None:
            drafts.append(_figures_draft(plain, pending, figures, dataset, reason))
        if readers is not None and drafts:
            bound = {"dataset": pending.origin.dataset, "log": node.profile.origin}
            drafts = seal_drafts(drafts, (plain, blobs), bound, readers)
    terms = _new_terms(bank, node.party, dataset) if figures.rows and dataset else {}
    if terms:
        drafts.insert(-1, Draft("terms", terms, pending.origin.dataset))
    title, stand = pending.origin.title, figures.unchanged
    return drafts or [Draft("unchanged", {}, title, unchanged=stand)]


def _figures_draft(
    blobs: Path, pending: Pending, figures: _Figures, dataset: Dataset, reason: str
) -> Draft:
    kind = "revise" if figures.replaced else "release"
    body = _release(blobs, pending, figures, dataset.attribution)
    return Draft(
        kind,
        body | ({"reason": reason} if kind == "revise" else {}),
        pending.origin.title,
        observations=figures.rows,
        replaced=figures.replaced,
        unchanged=figures.unchanged,
    )


@dataclass(frozen=True, slots=True)
class _Figures:
    """What a release will say of its figures; `rows` 0 where there is nothing new."""

    rows: int
    replaced: int
    unchanged: int
    difference: Difference | None


def _new_figures(node: Node, bank: Bank, pending: Pending) -> _Figures:
    """Compare an import with what stands; one of new datastreams need not be read."""
    if pending.reference is None:
        return _Figures(0, 0, 0, None)
    known = _known_addresses(node, bank, pending)
    if not known and not pending.is_edited:
        verify_blob(pending.observations_path, pending.reference)
        return _Figures(pending.reference.count, 0, 0, None)
    standing = get_observations(bank, known) if known else SCHEMA.empty_table()
    raw = pending.raw
    edited = replay(raw, pending.edits)
    graded = pc.not_equal(raw["grade"], edited["grade"]).to_numpy()
    graded = graded | pending.judged.stated
    difference = find_difference(edited, standing, graded)
    rows = difference.observations.num_rows
    return _Figures(rows, difference.replaced, difference.unchanged, difference)


def _known_addresses(node: Node, bank: Bank, pending: Pending) -> list[str]:
    standing = standing_datastreams(bank, node.party)
    known = []
    for datastream in pending.datastreams:
        stands = standing.get(datastream.name)
        if stands is None:
            continue
        if not is_same_unit(stands.unit, datastream.unit):
            raise NotAcceptable(
                f"{pending.folder.name}: {datastream.name} was published in "
                f"{stands.unit!r}, the import has {datastream.unit!r}",
                hint="discard it, mend the unit in the recipe, or name another "
                "procedure there, and import the file again",
            )
        known.append(f"{node.party}:{datastream.name}")
    return known


def _release(
    blobs: Path, pending: Pending, figures: _Figures, attribution: str
) -> dict[str, Any]:
    origin, difference = pending.origin, figures.difference
    streams, (first, last) = list(pending.datastreams), pending.span
    if difference is not None and (difference.unchanged or pending.is_edited):
        new = difference.observations
        reference = stage_blob(blobs, lambda sink: write_observations(new, sink))
        names = set(pc.unique(new["datastream"].cast(pa.string())).to_pylist())
        streams = [stream for stream in streams if stream.name in names]
        bounds = pc.min_max(new["time"]).as_py()
        first, last = write_time(bounds["min"]), write_time(bounds["max"])
    elif pending.reference is not None:
        # Nothing was left out or edited, so the pending file is the blob already.
        reference = pending.reference
        lay_down(pending.observations_path, blobs / reference.sha256)
    described = stage_blob(blobs, lambda sink: write_datastreams(streams, sink))
    return {
        "dataset": origin.dataset,
        "title": origin.title,
        "source": origin.source or attribution,
        "observations": reference.to_json("rows"),
        "datastreams": described.to_json(),
        "from": first,
        "to": last,
        "input": {"name": origin.input_name, "sha256": origin.input_sha256},
        "recipe": {"sha256": origin.recipe_sha256},
        "rejected": origin.rejected,
        **({"personal": dict(origin.personal)} if origin.personal else {}),
        "checks": list(pending.judged.checks),
        **_judgement(blobs, pending, figures),
    }


def _judgement(blobs: Path, pending: Pending, figures: _Figures) -> dict[str, Any]:
    """Return the fields that say how figures were judged, and stage their blobs."""
    judged, said = pending.judged, dict[str, Any]()
    if judged.rules:
        verify_blob(judged.rules_path, judged.rules)
        lay_down(judged.rules_path, blobs / judged.rules.sha256)
        said["rules"] = judged.rules.to_json()
    if judged.findings:
        findings = judged.read_findings()
        if figures.difference is not None and figures.unchanged:
            findings = _findings_of(findings, figures.difference.observations)
        if findings.num_rows:
            reference = stage_blob(blobs, lambda sink: write_findings(findings, sink))
            said["findings"] = reference.to_json("rows")
    if pending.edits:
        lines = [edit.to_json() for edit in pending.edits]
        reference = stage_blob(blobs, lambda sink: write_lines(lines, sink))
        said["edits"] = reference.to_json()
    return said


def _findings_of(findings: pa.Table, observations: pa.Table) -> pa.Table:
    """Return the findings about rows that are among `observations`."""
    keys = ["datastream", "time"]
    told = findings.set_column(
        0, "datastream", findings["datastream"].cast(pa.string())
    )
    rows = observations.select(keys)
    rows = rows.set_column(0, "datastream", rows["datastream"].cast(pa.string()))
    here = pa.array(range(findings.num_rows), pa.int64())
    joined = told.select(keys).append_column("row", here)
    joined = joined.join(rows, keys, join_type="left semi")
    return findings.take(joined["row"].combine_chunks())


def _find_dataset(node: Node, name: str) -> Dataset | None:
    """Return the dataset of that name in node.toml; None where there is none."""
    found = (dataset for dataset in node.profile.datasets if dataset.id == name)
    return next(found, None)


def _verify_publishable(dataset: Dataset | None, pending: Pending) -> None:
    """Raise unless figures of the dataset may be published now."""
    if dataset is None:
        raise NotAcceptable(
            f"dataset {pending.origin.dataset!r} has no terms in node.toml, so it "
            "cannot be published",
            hint="add a [[datasets]] with id, licence and attribution to node.toml",
        )
    verify_releasable(dataset)
    if dataset.review:
        verify_review(pending)


def _new_terms(bank: Bank, party: str, dataset: Dataset) -> dict[str, Any]:
    """Return the body of a terms entry, or {} where the same terms stand."""
    terms = dataset.terms()
    return {} if standing_terms(bank, party).get(dataset.id) == terms else terms


def _place_drafts(
    blobs: Path,
    bank: Bank,
    party: str,
    places: tuple[Place, ...],
    readers: Mapping[str, str] | None,
) -> list[Draft]:
    """Return the entry of places that are new to those who shall read them."""
    standing = standing_places(bank, party)
    for hidden in hidden_places(bank, party, readers):
        known = standing.pop(hidden)
        # A place that the import only names goes out as it is known here.
        places = tuple(
            known if one.id == hidden and is_bare(one) else one for one in places
        )
    new = [
        place
        for place in places
        if standing.get(place.id) != place
        and not (place.id in standing and is_bare(place))
    ]
    if not new:
        return []
    reference = stage_blob(blobs, lambda sink: write_places(new, sink))
    body = {"places": reference.to_json()}
    return [Draft("station", body, counted(len(new), "place"))]
