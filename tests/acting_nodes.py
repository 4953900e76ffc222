"""Nodes that hold a group's entries: each party's own log, pulled by one of them."""

from collections.abc import Mapping
from pathlib import Path

from acting import Group
from parties import make_party, quiet

from waternet.node.folder import Node
from waternet.node.follow import follow_party
from waternet.node.intake import bring_up_to_date
from waternet.node.log import append_entries, stage_blobs
from waternet.node.publish import read_keys
from waternet.node.pull import pull_records
from waternet.record.entry import Entry, sign_entry


def make_nodes(group: Group, folder: Path, reader: str) -> Mapping[str, Node]:
    """Make a node for each party of a group; `reader` follows the others."""
    nodes = {party: make_party(folder / "nodes", party).node for party in group.logs}
    for party, node in nodes.items():
        enter_said(group, node)
        if party != reader:
            with nodes[reader].writing():
                follow_party(nodes[reader], node.public / "card.json")
    tell(nodes, reader)
    return nodes


def tell(nodes: Mapping[str, Node], reader: str) -> None:
    """Let one party pull from the others."""
    others = [str(one.public) for party, one in nodes.items() if party != reader]
    pull_records(nodes[reader], others, quiet)


def enter_said(group: Group, node: Node) -> None:
    """Append what a party said, from the first that its log lacks on, by its clock."""
    keys = read_keys(node, "")
    origin = node.cards()[node.party].origin
    with node.writing():
        stage_blobs(node)
        log = group.logs[node.party]
        size = node.state.head(node.party).size
        entries = [
            sign_entry(
                Entry(one.kind, origin, node.party, one.issued, dict(one.body)),
                keys.steward,
            )
            for one in log.said[size - log.first :]
        ]
        append_entries(node, entries, keys.log)
    bring_up_to_date(node)
