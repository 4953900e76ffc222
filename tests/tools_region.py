"""A small region of real figures, as the pages about tools show it."""

import tomllib
from pathlib import Path

from parties import quiet

from waternet.cli.main import run
from waternet.node.folder import Node, open_node
from waternet.node.follow import follow_party, pull_folder

BASIN = Path(__file__).resolve().parents[1] / "examples" / "jordan-basin"
SHOWN = {
    "israel": ("kinneret-levels.csv", "stress-2018.csv"),
    "jordan": ("groundwater-levels.csv", "stress-2018.csv"),
}


def make_region(folder: Path) -> Node:
    """Return jordan's node, with levels of wells, and israel's record beside its own.

    The figures are those of ``examples/jordan-basin``, with their sources; jordan's
    water stress of 2018 is corrected once, as it was in 2021.
    """
    nodes = {party: _published(folder / party, party) for party in SHOWN}
    jordan, israel = nodes["jordan"], nodes["israel"]
    follow_party(jordan, israel.public / "card.json")
    pull_folder(jordan, israel.public, quiet)
    return jordan


def _published(folder: Path, party: str) -> Node:
    desk = BASIN / party
    told = tomllib.loads((desk / "party.toml").read_text(encoding="utf-8"))
    _typed("init", folder, "--profile", desk / "party.toml", "--plain-keys")
    _typed("import", desk / told["places"], "--node", folder)
    for one in told["imports"]:
        if one["file"] in SHOWN[party]:
            _imported(desk, one, folder)
    _typed("publish", "--node", folder)
    if party == "jordan":
        (later,) = [one for one in told["imports"] if one["file"] == "stress-2021.csv"]
        _imported(desk, later, folder)
        _typed("publish", "--reason", later["reason"], "--node", folder)
    return open_node([folder])


def _imported(desk: Path, one: dict[str, str], folder: Path) -> None:
    words = ["import", desk / one["file"], "--recipe", desk / one["recipe"]]
    words += ["--title", one["title"], "--source", one["source"], "--node", folder]
    _typed(*words)


def _typed(*words: object) -> None:
    assert run([str(word) for word in words]) == 0, words
