"""From the desk to pending imports, and cleared from it once they are published.

An import that carries drafts says which in its own file desk.json. Its drafts stay on
the desk until they stand in the bank: a process stopped at any moment leaves them
there, or published, never neither; whoever publishes next makes the imports anew, and
what stands already is not published twice.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from waternet.bank.store import Bank
from waternet.failpoint import failpoint
from waternet.formats.reading import Reading
from waternet.node.desk import Desk
from waternet.node.desk_clearing import (
    clear_rows,
    count_drafts,
    promise_numbers,
    sweep_leftovers,
)
from waternet.node.desk_shares import Share, share_drafts
from waternet.node.desk_view import Carried, Left
from waternet.node.edit_file import read_edits
from waternet.node.folder import Node
from waternet.node.judging import judge_reading
from waternet.node.pending import Origin, drop_pending, keep_pending
from waternet.observation.table import SCHEMA, in_order

__all__ = ["clear_drafts", "keep_drafts", "left_on_desk"]

_CARRIES = "desk.json"
# Drafts are read by rules of this version instead of a recipe's: docs/reference/
# sensorthings.md has them. A release names them by the hash of these bytes.
_RECIPE = b"waternet desk/1\n"


def keep_drafts(node: Node, bank: Bank) -> list[Left]:
    """Make pending imports of what lies on the desk, one for each dataset.

    Parameters
    ----------
    node : Node
        Held for writing.
    bank : Bank
        Up to date.

    Returns
    -------
    list of Left
        What stays on the desk.
    """
    if not Desk.is_there(node.folder):
        return []
    with Desk.open(node.folder) as desk:
        reviewed = _drop_earlier(node)
        with desk.writing():
            sweep_leftovers(desk)
        shares, left = share_drafts(node, bank, desk)
        for dataset, share in sorted(shares.items()):
            if dataset in reviewed:
                continue
            if share.tables or share.places:
                _keep(node, desk, dataset, share)
            else:
                # Taken away before anything of it was published.
                with desk.writing():
                    clear_rows(desk, **asdict(share.carried))
        return left


def left_on_desk(node: Node, bank: Bank) -> tuple[int, list[Left]]:
    """Return how many drafts there are, and which could not be published now."""
    if not Desk.is_there(node.folder):
        return 0, []
    with Desk.open(node.folder) as desk:
        count = count_drafts(desk)
        return count, share_drafts(node, bank, desk)[1] if count else []


def clear_drafts(node: Node, folder: Path) -> None:
    """Take away from the desk what an import carried, now that it is in the bank.

    What was changed since stays. Done twice, it changes nothing.
    """
    if not (folder / _CARRIES).exists():
        return
    carried = Carried(**json.loads((folder / _CARRIES).read_text(encoding="utf-8")))
    failpoint("desk.before-clear")
    with Desk.open(node.folder) as desk, desk.writing():
        clear_rows(desk, **asdict(carried))
    failpoint("desk.cleared")


def _drop_earlier(node: Node) -> set[str]:
    """Drop imports made of an earlier desk; return the datasets of those with edits."""
    kept = set()
    for folder in sorted(node.pending.glob("[0-9]*")):
        if not (folder / _CARRIES).exists():
            continue
        if read_edits(folder):
            kept.add(folder.name.partition("-")[2])
        else:
            drop_pending(folder)
    return kept


def _keep(node: Node, desk: Desk, dataset: str, share: Share) -> None:
    """Keep one share as a pending import, which says what of the desk it carries."""
    table = SCHEMA.empty_table()
    if share.tables:
        table = in_order(pa.concat_tables(share.tables).unify_dictionaries())
    streams = tuple(share.streams[name] for name in sorted(share.streams))
    places = tuple(share.places[name] for name in sorted(share.places))
    counts = dict.fromkeys(("censored", "missing", "rejected"), 0)
    counts |= {"observations": table.num_rows, "stations": len(places)}
    counts |= {"datastreams": len(streams)}
    reading, judgement = judge_reading(
        node, Reading(places, streams, table, (), counts)
    )
    said = json.dumps(
        {
            "places": [one.to_json() for one in places],
            "datastreams": [one.to_json() for one in streams],
            "carried": asdict(share.carried),
        }
    )
    origin = Origin(
        dataset=dataset,
        title="written by SensorThings",
        source="",
        input_name="desk",
        input_sha256=hashlib.sha256(said.encode()).hexdigest(),
        recipe_sha256=hashlib.sha256(_RECIPE).hexdigest(),
        rejected=0,
    )
    with desk.writing():
        promise_numbers(desk, share.carried.promised)
    carries = json.dumps(asdict(share.carried)).encode()
    keep_pending(node, origin, reading, judgement, {_CARRIES: carries})
    failpoint("desk.kept")
