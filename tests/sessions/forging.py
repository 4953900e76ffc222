"""A party that signs its whole history anew, with its own keys."""

import shutil
from dataclasses import replace
from pathlib import Path

from waternet.exchange.walk import read_entries
from waternet.node.folder import Node, open_node
from waternet.node.intake import seen_head
from waternet.node.log import append_entries, stage_blobs
from waternet.node.publish import read_keys
from waternet.record.entry import sign_entry


def rewrite_history(folder: Path, work: Path) -> None:
    """Replace what a node serves by the same record with other words in one entry.

    Parameters
    ----------
    folder : Path
        The node; its keys need no passphrase.
    work : Path
        A folder that does not exist yet.
    """
    honest = open_node([folder])
    keys, card = read_keys(honest, ""), honest.cards()
    forged = Node(work, honest.profile)
    shutil.copytree(honest.public, forged.public)
    shutil.rmtree(forged.public / "tile")
    (forged.public / "checkpoint").unlink()
    entries, changed = [], False
    for one in read_entries(card[honest.party], seen_head(honest, honest.party), 0):
        entries.append(one.signed)
        if one.entry.kind == "release" and not changed:
            changed = True
            body = {**one.entry.body, "title": "as it should have been"}
            entries[-1] = sign_entry(replace(one.entry, body=body), keys.steward)
    assert changed
    stage_blobs(forged)
    append_entries(forged, entries, keys.log)
    shutil.rmtree(honest.public)
    shutil.copytree(forged.public, honest.public)
