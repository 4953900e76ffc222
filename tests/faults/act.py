"""One command on one node, as a process that a test may stop: see `act`.

Its words are those of `main`: ``NODE publish``, ``NODE pull FOLDER``,
``NODE rebuild``, ``NODE draft``, ``NODE edit``, ``NODE cosign FOLDER`` (a pull of a
party that cosigned), ``NODE rotate KEYS``.
Errors leave by the same codes as on the command line.
"""

import os
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from waternet.bank.seal import find_damages
from waternet.errors import Conflict, WaternetError
from waternet.node.desk import Desk, DraftObservation
from waternet.node.editing import add_edit
from waternet.node.folder import Node, open_node
from waternet.node.follow import pull_folder
from waternet.node.founding import offline_key
from waternet.node.intake import rebuild_bank
from waternet.node.keys import read_key
from waternet.node.observation_number import number_observation
from waternet.node.publish import publish_pending, read_keys
from waternet.node.recovery import recover_node
from waternet.node.report import raise_findings
from waternet.node.rotation import rotate_key

NAMED, CONFLICT, SYSTEM = 6, 7, 9
CORRECTION = {
    "operation": "correct",
    "datastream": "W3/groundwater-level",
    "start": "2014-12-31T22:00:00Z",
    "value": "3.75",
    "author": "Rana",
    "reason": "a slip of the pen",
}

# 2016-01-01, of the first datastream there is.
DRAFT_TIME = 1_451_606_400_000_000
DRAFT = DraftObservation(
    number_observation(1, DRAFT_TIME), 1, DRAFT_TIME, feature=1, result=-213.5
)


def act(node: Node, command: str, *folders: Path) -> None:
    """Do what the command of that name does."""
    if command == "publish":
        publish_pending(node, read_keys(node, ""), "the datum was corrected", _quiet)
    elif command == "draft":
        with Desk.open(node.folder) as desk, desk.writing():
            desk.put_observations([DRAFT])
    elif command == "edit":
        (pending,) = node.pending.glob("[0-9]*")
        with node.writing():
            recover_node(node)
            add_edit(node, pending.name, **CORRECTION)
    elif command in ("pull", "cosign"):
        raise_findings(pull_folder(node, *folders, _quiet).findings)
    elif command == "rotate":
        with node.writing():
            recover_node(node)
            if not node.cards()[node.party].earlier_keys:
                key = read_key(offline_key(*folders, "registry"), "")
                rotate_key(node, "log", [key], "", datetime.now(UTC))
    elif command == "rebuild":
        with node.writing():
            recover_node(node)
            rebuild_bank(node, _quiet)
        assert not find_damages(node.bank)


def _quiet(_done: int, _of: int) -> None:
    pass


def main(arguments: list[str]) -> int:
    """Act as the words say; return the exit code."""
    node, command, *folders = arguments
    if "LARGEST_FILE" in os.environ:
        limit = int(os.environ["LARGEST_FILE"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        act(open_node([Path(node)]), command, *map(Path, folders))
    except Conflict as error:
        sys.stderr.write(f"conflict: {error}\n")
        return CONFLICT
    except WaternetError as error:
        sys.stderr.write(f"error: {error}\n")
        return NAMED
    except OSError as error:
        sys.stderr.write(f"system: {error}\n")
        return SYSTEM
    return 0
