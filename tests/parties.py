"""Small parties with a record each, for tests that need a whole node."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waternet.node.folder import Dataset, Node, Profile, create_node
from waternet.node.importing import Report, import_file
from waternet.node.publish import Published, publish_pending, read_keys
from waternet.record.note import Signer

RECIPE = """
format = "delimited"
dataset = "levels"

[station]
column = "well"
kind = "well"

[time]
column = "day"
zone = "+02:00"

[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
procedure = "dipper"
"""

LEVELS = """well,day,level
W1,2015-01-01,-214.87
W1,2015-02-01,<-215
W1,2015-03-01,-214.5
W2,2015-01-01,12.5
W2,2015-02-01,n/a
"""

ADDRESS = "W1/groundwater-level/instant/PT0S/dipper"


@dataclass
class Party:
    """A node with the folder in which its agency's files lie."""

    node: Node
    desk: Path

    @property
    def log_signer(self) -> Signer:
        """What signs its heads."""
        return read_keys(self.node, "").log

    def read(self, text: str = LEVELS, name: str = "levels.csv") -> Report:
        """Import a file of that text."""
        file, recipe = self.desk / name, self.desk / "recipe.toml"
        file.write_text(text, encoding="utf-8")
        recipe.write_text(RECIPE, encoding="utf-8")
        return import_file(self.node, file, recipe, title=name)

    def publish(self, reason: str = "") -> list[Published]:
        """Publish what is pending."""
        return publish_pending(self.node, read_keys(self.node, ""), reason, quiet)


def make_party(folder: Path, party: str = "jordan", **restricted: Any) -> Party:
    """Make a party's node with keys that need no passphrase, and maybe other terms."""
    terms = Dataset("levels", "CC-BY-4.0", "The agency", {"en": "Levels"}, **restricted)
    profile = Profile(party, f"waternet/{party}", {"en": party.title()}, (terms,))
    desk = folder / f"{party}-desk"
    desk.mkdir(parents=True)
    return Party(create_node(folder / party, profile, ""), desk)


def quiet(_done: int, _of: int) -> None:
    """Take no notice of progress."""
