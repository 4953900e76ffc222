"""What an archive tells of the multilateral track, replayed, and asked five questions.

``script/demo`` runs it after the first story. Every line that begins with ``$`` is a
command that you can type yourself.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

TRACK = Path(__file__).resolve().parent
sys.path.insert(0, str(TRACK.parent))
from telling import MARGIN, heading, say, waternet  # noqa: E402 - beside this folder

DAY = "1999-01-01"


def main() -> None:
    """Tell it in the folder of the demo."""
    began = time.monotonic()
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "demo")
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    os.environ["COLUMNS"] = str(shutil.get_terminal_size((120, 40)).columns - MARGIN)
    for old in ("archive", "track"):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(TRACK, "track", ignore=shutil.ignore_patterns("*.py", "__py*"))
    replay()
    ask()
    say(f"\nTold in {time.monotonic() - began:.0f} seconds.")


def replay() -> None:
    """Let the archive enter its reports."""
    heading("10. An archive tells how a working group came to a standstill")
    say(
        "One source tells of the multilateral track from 1991 to 2021. An archive\n"
        "enters it as reports: each with its day, its source and whose act it was.\n"
        "None of those named signed or supplied any of it, and each report says so:"
    )
    waternet("init archive --party archive --name en=Archive --plain-keys", "")
    given = "credential give archivist --name en=Archivist --plain-key"
    waternet(f"{given} --node archive", "")
    waternet("group chronicle track/history.toml --node archive")


def ask() -> None:
    """Ask what nobody could say from the group's own papers."""
    say(f"\nWhere did each project stand on {DAY}?")
    waternet(f"project list --at {DAY} --node archive")
    say("\nWhat blocked the declaration, and what would have lifted it?")
    waternet("text show declaration --node archive")
    say("\nWhat was pledged, by whom, and what of it came?")
    waternet("pledge list --node archive")
    say("\nHow active was it, year by year? What rests, and since when?")
    waternet("group activity --at 2002-12-31 --node archive")
    waternet("group activity --resting --at 2021-12-31 --node archive")
    say("\nWhat would change under the formula 4+4+2+1 that was proposed in 2021?")
    waternet("charter compare --node archive")


if __name__ == "__main__":
    main()
