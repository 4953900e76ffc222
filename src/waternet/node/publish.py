"""From pending imports to signed entries in the party's own log, and into the bank."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.query import get_observations
from waternet.bank.seal import writing_bank
from waternet.bank.standing import (
    standing_datastreams,
    standing_places,
    standing_releases,
    standing_terms,
)
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.failpoint import failpoint
from waternet.node.difference import Difference, find_difference
from waternet.node.folder import Dataset, Node
from waternet.node.importing import Pending, list_pending, write_time
from waternet.node.intake import catch_up
from waternet.node.keys import read_key
from waternet.node.log import append_entries, read_head, stage_blobs
from waternet.node.recovery import recover_node
from waternet.observation.place import Place
from waternet.record.blob import (
    verify_blob,
    write_datastreams,
    write_observations,
    write_places,
)
from waternet.record.entry import Entry, sign_entry
from waternet.record.kinds import Reference
from waternet.record.note import Signer

__all__ = ["Keys", "Published", "publish_pending", "publish_withdrawal", "read_keys"]

Advance = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Keys:
    """What a party signs with: its steward's key for entries, its log's for heads."""

    steward: Signer
    log: Signer


@dataclass(frozen=True, slots=True)
class Published:
    """What one act of publishing put into the record.

    Attributes
    ----------
    entry : int
        Index in the party's log; for a release, its number.
    kind, title : str
    observations, replaced, unchanged : int
        Signed in it; how many of those replace figures that stood; left out because
        they stand already just so.
    """

    entry: int
    kind: str
    title: str
    observations: int = 0
    replaced: int = 0
    unchanged: int = 0

    def sentence(self) -> str:
        """Say it in one line."""
        if self.kind == "unchanged":
            return f"{self.title}: nothing new; all {self.unchanged:,} figures stand"
        words = f"entry {self.entry}, {self.kind}"
        if self.title:
            words += f": {self.title}"
        if self.observations:
            words += f" ({self.observations:,} figures"
            words += f", {self.replaced:,} of them replace others" * bool(self.replaced)
            words += f"; {self.unchanged:,} already stood" * bool(self.unchanged)
            words += ")"
        return words


def read_keys(node: Node, passphrase: str) -> Keys:
    """Read the node's signing keys.

    Raises
    ------
    NotAllowed
        A key is not here, or the passphrase does not open it.
    NotVerified
        A key is not the one on the party's card: nobody could verify what it signs.
    """
    card = node.cards()[node.party]
    steward = read_key(node.key("steward"), passphrase)
    log = read_key(node.key("log"), passphrase)
    for role, signer, on_card in (
        ("steward", steward, card.steward_verifier),
        ("log", log, card.log_verifier),
    ):
        if signer.verifier != on_card:
            raise NotVerified(
                f"keys/{role}.key is not the key on the card of {node.party!r}",
                hint="restore the key's file, or public/card.json, from your copy",
            )
    return Keys(steward, log)


def publish_pending(
    node: Node, keys: Keys, reason: str, advance: Advance
) -> list[Published]:
    """Sign and append every pending import, oldest first.

    Parameters
    ----------
    node : Node
    keys : Keys
    reason : str
        Why figures that stand are replaced; needed only where some are.
    advance : function of (done, of)

    Returns
    -------
    list of Published
        On return all of it is durable, public and in the bank.

    Raises
    ------
    NotAcceptable
        Figures would be replaced without a reason; a datastream changes its unit.
    Conflict
        Another process is writing to the node.
    """
    published: list[Published] = []
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            waiting = list(list_pending(node))
            for done, pending in enumerate(waiting):
                advance(done, len(waiting))
                published += _publish_one(node, keys, bank, pending, reason)
                failpoint("publish.before-bank")
                catch_up(node, bank, lambda _done, _of: None)
                shutil.rmtree(pending.folder)
    return published


def publish_withdrawal(node: Node, keys: Keys, release: int, reason: str) -> Published:
    """Append an entry that withdraws an earlier release of this party.

    Raises
    ------
    NotFound
        The log has no release of that number.
    NotAcceptable
        There is no reason, or it was withdrawn before.
    """
    if not reason.strip():
        raise NotAcceptable("a withdrawal needs a reason", hint="give --reason")
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            title = _title_of_standing(bank, node.party, release)
            stage_blobs(node)
            body = {"release": release, "reason": reason}
            index = _append(node, keys, [("withdraw", body)])
            catch_up(node, bank, lambda _done, _of: None)
    return Published(index, "withdraw", title)


def _title_of_standing(bank: Bank, party: str, release: int) -> str:
    releases = {one.index: one for one in standing_releases(bank, party)}
    if release not in releases:
        raise NotFound(
            f"{party!r} has no release {release} that stands",
            hint="'waternet releases' lists them",
        )
    return releases[release].title


def _publish_one(
    node: Node, keys: Keys, bank: Bank, pending: Pending, reason: str
) -> list[Published]:
    origin = pending.origin
    figures = _new_figures(node, bank, pending)
    if figures.replaced and not reason.strip():
        raise NotAcceptable(
            f"{pending.folder.name} replaces {figures.replaced:,} figures that "
            "stand, but no reason is given",
            hint="publish with --reason 'why they change', or 'waternet discard "
            f"{pending.folder.name}'",
        )
    failpoint("publish.before-blobs")
    blobs = stage_blobs(node)
    entries: list[tuple[str, dict[str, Any]]] = []
    told: list[Published] = []
    if places := _new_places(bank, node.party, pending.places):
        reference = _stage(blobs, lambda sink: write_places(places, sink))
        entries.append(("station", {"places": reference.to_json()}))
        told.append(Published(0, "station", f"{len(places)} places"))
    if figures.rows:
        dataset = _dataset(node, origin.dataset)
        if terms := _new_terms(bank, node.party, dataset):
            entries.append(("terms", terms))
            told.append(Published(0, "terms", dataset.id))
        kind = "revise" if figures.replaced else "release"
        body = _release(blobs, pending, figures, dataset.attribution)
        entries.append((kind, body | ({"reason": reason} if kind == "revise" else {})))
        told.append(
            Published(
                0,
                kind,
                origin.title,
                observations=figures.rows,
                replaced=figures.replaced,
                unchanged=figures.unchanged,
            )
        )
    if not entries:
        stand = figures.unchanged
        return [Published(-1, "unchanged", origin.title, unchanged=stand)]
    first = _append(node, keys, entries)
    return [replace(one, entry=first + place) for place, one in enumerate(told)]


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
    if not known:
        verify_blob(pending.observations_path, pending.reference)
        return _Figures(pending.reference.count, 0, 0, None)
    standing = get_observations(bank, known)
    difference = find_difference(pending.observations, standing)
    rows = difference.observations.num_rows
    return _Figures(rows, difference.replaced, difference.unchanged, difference)


def _known_addresses(node: Node, bank: Bank, pending: Pending) -> list[str]:
    standing = standing_datastreams(bank, node.party)
    known = []
    for datastream in pending.datastreams:
        stands = standing.get(datastream.name)
        if stands is None:
            continue
        if stands.unit != datastream.unit:
            raise NotAcceptable(
                f"{datastream.name} was published in {stands.unit!r}, the import has "
                f"{datastream.unit!r}",
                hint="mend the unit in the recipe; or name another procedure",
            )
        known.append(f"{node.party}:{datastream.name}")
    return known


def _release(
    blobs: Path, pending: Pending, figures: _Figures, attribution: str
) -> dict[str, Any]:
    origin, difference = pending.origin, figures.difference
    streams, (first, last) = list(pending.datastreams), pending.span
    if difference is not None and difference.unchanged:
        new = difference.observations
        reference = _stage(blobs, lambda sink: write_observations(new, sink))
        names = set(pc.unique(new["datastream"].cast(pa.string())).to_pylist())
        streams = [stream for stream in streams if stream.name in names]
        bounds = pc.min_max(new["time"]).as_py()
        first, last = write_time(bounds["min"]), write_time(bounds["max"])
    elif pending.reference is not None:
        # Nothing was left out, so the pending file is the blob already.
        reference = pending.reference
        os.link(pending.observations_path, blobs / reference.sha256)
    described = _stage(blobs, lambda sink: write_datastreams(streams, sink))
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
        "checks": [],
    }


def _append(node: Node, keys: Keys, drafts: list[tuple[str, dict[str, Any]]]) -> int:
    card = node.cards()[node.party]
    heads = tuple(
        read_head(node, head.party)
        for head in node.state.heads()
        if head.party != node.party and head.party in node.cards()
    )
    issued = write_time(datetime.now(UTC).replace(microsecond=0))
    signed = [
        sign_entry(
            Entry(kind, card.origin, node.party, issued, body, heads), keys.steward
        )
        for kind, body in drafts
    ]
    return append_entries(node, signed, keys.log)


def _stage(blobs: Path, write: Callable[[BinaryIO], Reference]) -> Reference:
    """Write a blob into the staging under its hash, durably."""
    unnamed = blobs / "unnamed"
    with unnamed.open("wb") as sink:
        reference = write(sink)
        sink.flush()
        os.fsync(sink.fileno())
    unnamed.replace(blobs / reference.sha256)
    return reference


def _dataset(node: Node, name: str) -> Dataset:
    for dataset in node.profile.datasets:
        if dataset.id == name:
            return dataset
    raise NotAcceptable(
        f"dataset {name!r} has no terms in node.toml, so it cannot be published",
        hint="add a [[datasets]] with id, licence and attribution to node.toml",
    )


def _new_terms(bank: Bank, party: str, dataset: Dataset) -> dict[str, Any]:
    """Return the body of a terms entry, or {} where the same terms stand."""
    terms = dataset.terms()
    return {} if standing_terms(bank, party).get(dataset.id) == terms else terms


def _new_places(bank: Bank, party: str, places: tuple[Place, ...]) -> list[Place]:
    standing = standing_places(bank, party)
    return [place for place in places if standing.get(place.id) != place]
