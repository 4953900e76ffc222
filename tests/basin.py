"""The Jordan basin of the demo as three nodes, made without telling the story.

The figures are those of ``examples/jordan-basin``, with their sources: each party
publishes them, they found a registry, cosign one another's records, and each publishes
AQUASTAT's revision of 2021. Then they act in a working group.
"""

import contextlib
import importlib.util
import io
import shlex
import shutil
import sys
from pathlib import Path
from types import ModuleType

from acting import Group
from acting_nodes import enter_said
from business import make_business

from waternet.node.folder import open_node

BASIN = Path(__file__).resolve().parents[1] / "examples" / "jordan-basin"
OWNER = "palestine"  # restricts its rain, so that something is restricted


def make_basin(folder: Path) -> None:
    """Make the nodes israel, jordan and palestine below a folder."""
    demo = _demo()
    for party in demo.PARTIES:
        shutil.copytree(BASIN / party, folder / "desk" / party)
    shutil.copy(BASIN / "basin.geojson", folder / "desk")
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        demo.restrict(OWNER)
        demo.publish_first(OWNER)
        demo.found_registry()
        _pull_one_another(demo)
        _correct(demo)
        _pull_one_another(demo)
        _act(demo)
        _pull_one_another(demo)


def _act(demo: ModuleType) -> None:
    """Let the parties act in a working group: see `business`."""
    nodes = [open_node([Path(party)]) for party in demo.PARTIES]
    group = Group(first={one.party: one.state.head(one.party).size for one in nodes})
    make_business(group)
    for node in nodes:
        enter_said(group, node)


def _correct(demo: ModuleType) -> None:
    for party in demo.PARTIES:
        reason = shlex.quote(demo.import_all(party, "correction"))
        demo.waternet(f"publish --node {party} --reason {reason}")


def _pull_one_another(demo: ModuleType) -> None:
    # The second round brings what the first one cosigned.
    for party in (*demo.PARTIES, *demo.PARTIES):
        others = [f"{other}/public" for other in demo.PARTIES if other != party]
        demo.waternet(f"pull {' '.join(others)} --node {party}")


def _demo() -> ModuleType:
    # It lies outside every package, and imports what lies beside it.
    sys.path.insert(0, str(BASIN))
    try:
        described = importlib.util.spec_from_file_location("demo", BASIN / "demo.py")
        assert described
        assert described.loader
        demo = importlib.util.module_from_spec(described)
        described.loader.exec_module(demo)
    finally:
        sys.path.remove(str(BASIN))
    return demo
