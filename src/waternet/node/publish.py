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
from waternet.errors import NotAcceptable, NotFound
from waternet.failpoint import failpoint
from waternet.node.difference import Difference, find_difference
from waternet.node.folder import Dataset, Node
from waternet.node.importing import Pending, list_pending
from waternet.node.intake import catch_up
from waternet.node.keys import read_key
from waternet.node.log import append_entries, read_head, stage_blobs
from waternet.node.recovery import recover_node
from waternet.observation.place import Place
from waternet.record.blob import (
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
    """
    steward = read_key(node.key("steward"), passphrase)
    return Keys(steward, read_key(node.key("log"), passphrase))


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
    difference = _difference(node, bank, pending)
    if difference.replaced and not reason.strip():
        raise NotAcceptable(
            f"{pending.folder.name} replaces {difference.replaced:,} figures that "
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
    if rows := difference.observations.num_rows:
        dataset = _dataset(node, origin.dataset)
        if terms := _new_terms(bank, node.party, dataset):
            entries.append(("terms", terms))
            told.append(Published(0, "terms", dataset.id))
        kind = "revise" if difference.replaced else "release"
        body = _release(blobs, pending, difference, dataset.attribution)
        entries.append((kind, body | ({"reason": reason} if kind == "revise" else {})))
        told.append(
            Published(
                0,
                kind,
                origin.title,
                observations=rows,
                replaced=difference.replaced,
                unchanged=difference.unchanged,
            )
        )
    if not entries:
        stand = difference.unchanged
        return [Published(-1, "unchanged", origin.title, unchanged=stand)]
    first = _append(node, keys, entries)
    return [replace(one, entry=first + place) for place, one in enumerate(told)]


def _difference(node: Node, bank: Bank, pending: Pending) -> Difference:
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
    observations = pending.observations
    if not known or not observations.num_rows:
        return Difference(observations, replaced=0, unchanged=0)
    return find_difference(observations, get_observations(bank, known))


def _release(
    blobs: Path, pending: Pending, difference: Difference, attribution: str
) -> dict[str, Any]:
    observations, origin = difference.observations, pending.origin
    if difference.unchanged or pending.reference is None:
        figures = _stage(blobs, lambda sink: write_observations(observations, sink))
    else:
        # Nothing was left out, so the pending file is the blob already.
        figures = pending.reference
        os.link(pending.observations_path, blobs / figures.sha256)
    names = set(pc.unique(observations["datastream"].cast(pa.string())).to_pylist())
    streams = [stream for stream in pending.datastreams if stream.name in names]
    described = _stage(blobs, lambda sink: write_datastreams(streams, sink))
    span = pc.min_max(observations["time"]).as_py()
    return {
        "dataset": origin.dataset,
        "title": origin.title,
        "source": origin.source or attribution,
        "observations": figures.to_json("rows"),
        "datastreams": described.to_json(),
        "from": _utc(span["min"]),
        "to": _utc(span["max"]),
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
        if head.party != node.party
    )
    issued = _utc(datetime.now(UTC))
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
    terms = {
        "dataset": dataset.id,
        "access": "public",
        "licence": dataset.licence,
        "attribution": dataset.attribution,
        "names": dict(dataset.names),
    }
    return {} if standing_terms(bank, party).get(dataset.id) == terms else terms


def _new_places(bank: Bank, party: str, places: tuple[Place, ...]) -> list[Place]:
    standing = standing_places(bank, party)
    return [place for place in places if standing.get(place.id) != place]


def _utc(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
