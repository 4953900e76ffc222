"""Three parties and a co-sponsor, each a node on a host of its own, by commands."""

import contextlib
import io
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from forks import Fork, Place
from parties import RECIPE
from sessions.network import PORT, Host, environment

from waternet.cli.main import run

PARTIES = ("amon", "basin", "coast")
SPONSOR = "sponsor"
EVERYBODY = (*PARTIES, SPONSOR)
_WATERNET = str(Path(sys.executable).with_name("waternet"))

PROFILE = """
party = "{party}"

[names]
en = "{party}"

[[datasets]]
id = "levels"
licence = "CC-BY-4.0"
attribution = "{party}"

[[datasets]]
id = "abstraction"
licence = "for the joint model only"
attribution = "{party}"
access = "parties"
parties = []
"""

ABSTRACTION = """
format = "delimited"
dataset = "abstraction"

[station]
column = "well"
kind = "well"

[time]
column = "month"
zone = "+02:00"

[[value]]
column = "volume"
observed_property = "groundwater-abstraction"
unit = "m3"
statistic = "total"
interval = "P1M"
procedure = "meter"
"""


@dataclass(frozen=True)
class Answer:
    """What a command said, and how it ended."""

    code: int
    said: str
    errors: str

    @property
    def json(self) -> Any:
        """Return its answer to --json."""
        return json.loads(self.said)


@dataclass
class Region:
    """The hosts, and a folder for each with its node and its desk."""

    folder: Path
    hosts: dict[str, Host]
    digest: str = ""

    def accept_registry(self, party: str) -> None:
        """Accept what the founders signed, by the digest that was read aloud."""
        draft = str(self.folder / "registry.draft")
        words = ("accept", draft, "--digest", self.digest, "--node", "node")
        self.waternet(party, "registry", *words)

    def desk(self, party: str) -> Path:
        """Return the folder of a party's host."""
        return self.folder / party

    def node(self, party: str) -> Path:
        """Return the folder of a party's node."""
        return self.desk(party) / "node"

    def waternet(self, party: str, *words: str, code: int = 0) -> Answer:
        """Run a command on a party's host; it must end with that code."""
        found = self.tried(party, *words)
        assert found.code == code, f"{party}: {words}\n{found.said}\n{found.errors}"
        return found

    def tried(self, party: str, *words: str) -> Answer:
        """Run a command on a party's host, however it ends."""
        host = self.hosts[party]
        place = Place(self.desk(party), environment(), host.space)
        ended = Fork(run, words, place).wait()
        return Answer(ended.code, ended.said, ended.errors)

    def asked(self, party: str, *words: str) -> Answer:
        """Ask a party's node something that needs no network: in this very process."""
        said, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        with (
            contextlib.chdir(self.desk(party)),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(errors),
        ):
            code = run(words)
        told = []
        for stream in (said, errors):
            stream.seek(0)
            told.append(stream.read())
        return Answer(code, *told)

    def start(self, party: str, *words: str) -> "subprocess.Popen[bytes]":
        """Start a command that goes on while others run."""
        return self.hosts[party].start([_WATERNET, *words], self.desk(party))

    def serve(self, party: str) -> None:
        """Let a party's node serve, and wait until it answers."""
        host = self.hosts[party]
        words = ("--host", host.address, "--port", str(PORT), "--node", "node")
        self.start(party, "serve", *words)
        place = Place(self.folder, environment(), host.space)
        ended = Fork(answers, [host.url], place).wait()
        assert ended.code == 0, (self.desk(party) / f"{party}.serving").read_text()

    def publish(self, party: str, name: str, text: str, *words: str) -> Answer:
        """Import a table of levels or abstraction, and publish it."""
        desk = self.desk(party)
        recipe = RECIPE if text.startswith("well,day") else ABSTRACTION
        (desk / f"{name}.csv").write_text(text, encoding="utf-8")
        (desk / "recipe.toml").write_text(recipe, encoding="utf-8")
        words = ("--node", "node", *words)
        self.waternet(
            party, "import", f"{name}.csv", "--recipe", "recipe.toml", "--node", "node"
        )
        return self.waternet(party, "publish", *words)

    def pull(self, party: str, *locations: str, code: int = 0) -> Any:
        """Pull from everywhere known, or from locations; return what it says."""
        return self.waternet(
            party, "pull", *locations, "--node", "node", "--json", code=code
        ).json

    def figures(self, party: str, address: str) -> list[float | None]:
        """Return the figures of a datastream that a party's bank answers."""
        words = ("observations", address, "--node", "node", "--json")
        found = self.asked(party, *words)
        if found.code == 4:
            return []
        assert found.code == 0, found.errors
        return [row["value"] for row in found.json]


def answers(urls: list[str]) -> int:
    """Wait until a node answers; return 1 if it does not."""
    for _attempt in range(100):
        try:
            urlopen(f"{urls[0]}/health", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return 0
    return 1


def found_region(folder: Path, hosts: dict[str, Host]) -> Region:
    """Let the four found their registry and serve; each has published its levels."""
    region = Region(folder, hosts)
    for party in EVERYBODY:
        region.desk(party).mkdir(parents=True)
        profile = region.desk(party) / "party.toml"
        profile.write_text(PROFILE.format(party=party), encoding="utf-8")
        region.waternet(
            party, "init", "node", "--profile", "party.toml", "--plain-keys"
        )
        introduction = str(folder / f"{party}.introduction")
        region.waternet(
            party,
            "registry",
            "key",
            "--plain-keys",
            "--node",
            "node",
            "-o",
            introduction,
        )
    _hold_ceremony(region)
    for party in EVERYBODY:
        region.serve(party)
        region.waternet(
            party, "registry", "addresses", hosts[party].url, "--node", "node"
        )
    return region


def _hold_ceremony(region: Region) -> None:
    draft = str(region.folder / "registry.draft")
    introductions = [
        str(region.folder / f"{party}.introduction") for party in EVERYBODY
    ]
    region.waternet(
        EVERYBODY[0], "found", *introductions, "--threshold", "3", "-o", draft
    )
    digest = ""
    for party in EVERYBODY:
        said = region.waternet(
            party, "registry", "sign", draft, "--yes", "--node", "node"
        ).said
        aloud = [line for line in said.splitlines() if line.startswith("root 1: ")]
        assert digest in ("", aloud[0])
        digest = aloud[0]
    region.digest = digest.removeprefix("root 1: ")
    for party in EVERYBODY:
        region.accept_registry(party)
