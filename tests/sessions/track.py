"""Parties of a working group, each a node on a host of its own, by commands alone."""

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from sessions.network import Host
from sessions.region import PROFILE, Answer, Region

CORE = ("amon", "basin", "coast")
LATE = "delta"
ARCHIVE = "fifth"
PASSPHRASE = "of the adviser alone"

CHARTER = """
name = "basin"
titles = { ar = "الحوض", en = "Basin", he = "האגן" }
languages = ["ar", "en", "he"]
change = { how = "all", of = ["core"] }

[[linkages]]
track = "bilateral"
stages = ["execution"]
by = ["core"]

[[members]]
id = "amon"
names = { en = "Amon" }
role = "core"

[[members]]
id = "basin"
names = { en = "Basin" }
role = "core"

[[members]]
id = "coast"
names = { en = "Coast" }
role = "core"

[[members]]
id = "delta"
names = { en = "Delta" }
role = "absent"
seat = "regional"

[[bodies]]
id = "water"
names = { ar = "المياه", en = "Water", he = "מים" }
level = "experts"
gavel = ["amon", "coast"]
consensus = { how = "all", of = ["core"] }

[bodies.rights]
propose = ["core", "regional"]
consent = ["core"]
call = ["core"]
chair = ["core"]
pledge = ["core", "regional"]
attend = ["core", "regional"]
"""

PARAGRAPHS = {
    "levels": (
        "ينشر كل طرف مناسيب آباره.",
        "Each party publishes the levels of its wells.",
        "כל צד מפרסם את מפלסי הבארות שלו.",
    ),
    "equality": (
        "الأطراف متساوون.",
        "The parties are equal.",
        "הצדדים שווים.",
    ),
    "laboratory": (
        "ينشئ الأطراف مختبراً مشتركاً.",
        "The parties set up a joint laboratory.",
        "הצדדים מקימים מעבדה משותפת.",
    ),
    "drought": (
        "يتشاور الأطراف في سنوات الجفاف.",
        "The parties consult in years of drought.",
        "הצדדים מתייעצים בשנות בצורת.",
    ),
    "review": (
        "يراجع الأطراف هذا النص كل سنة.",
        "The parties review this text every year.",
        "הצדדים בוחנים טקסט זה מדי שנה.",
    ),
}
LANGUAGES = ("ar", "en", "he")


def declaration() -> str:
    """Return the text's file: five paragraphs in three languages."""
    lines = [
        'body = "water"',
        'titles = { ar = "إعلان", en = "Declaration", he = "הצהרה" }',
    ]
    for name, words in PARAGRAPHS.items():
        lines += ["", "[[paragraphs]]", f'id = "{name}"']
        lines += [
            f'words.{language} = "{text}"'
            for language, text in zip(LANGUAGES, words, strict=True)
        ]
    return "\n".join(lines) + "\n"


@dataclass
class Track:
    """Hosts with nodes that act and pull."""

    region: Region
    served: list[str] = field(default_factory=list)

    def desk(self, party: str) -> Path:
        """Return the folder of a party's host."""
        return self.region.desk(party)

    def write(self, party: str, name: str, text: str) -> None:
        """Lay a file on a party's desk."""
        (self.desk(party) / name).write_text(text, encoding="utf-8")

    def asked(self, party: str, *words: str, code: int = 0) -> Answer:
        """Run a command that needs no network; it must end with that code."""
        found = self.region.asked(party, *words, "--node", "node")
        assert found.code == code, f"{party}: {words}\n{found.said}\n{found.errors}"
        return found

    def act(self, party: str, *words: str, refused: str = "") -> str:
        """Act for a party; return the act's id, or be refused by that name."""
        if refused:
            found = self.asked(party, *words, "--json", code=8)
            assert found.errors.startswith(f"error: {refused}: "), found.errors
            return ""
        act: str = self.asked(party, *words, "--json").json["act"]
        return act

    def arrive(self, party: str) -> None:
        """Let a party make its node, serve it, and follow all that serve already."""
        self.desk(party).mkdir(parents=True)
        self.write(party, "party.toml", PROFILE.format(party=party))
        words = ("init", "node", "--profile", "party.toml", "--plain-keys")
        self.region.waternet(party, *words)
        self.region.serve(party)
        for other in self.served:
            self._follow(party, other)
            self._follow(other, party)
        self.served.append(party)

    def _follow(self, party: str, other: str) -> None:
        url = self.region.hosts[other].url
        words = ("follow", url, "--compared", "--node", "node")
        self.region.waternet(party, *words)

    def pull(self, *parties: str) -> None:
        """Let parties pull from all whom they follow."""
        for party in parties or self.served:
            urls = [self.region.hosts[one].url for one in self.served if one != party]
            assert self.region.pull(party, *urls)["findings"] == []

    def state(self, party: str) -> str:
        """Return the hash of the group's state on a party's node."""
        digest: str = self.asked(party, "group", "state", "--json").json["sha256"]
        return digest


@contextlib.contextmanager
def adviser_knows():
    """Let the adviser's passphrase be known, where the adviser signs."""
    os.environ["WATERNET_DELEGATE_PASSPHRASE"] = PASSPHRASE
    try:
        yield
    finally:
        del os.environ["WATERNET_DELEGATE_PASSPHRASE"]


def make_track(folder: Path, hosts: dict[str, Host]) -> Track:
    """Let the core parties make nodes that follow one another, with delegates."""
    track = Track(Region(folder, hosts))
    for party in CORE:
        track.arrive(party)
        accredit(track, party)
    return track


def accredit(track: Track, party: str) -> None:
    """Let a steward give the party's delegate a credential."""
    words = ("--name", f"en=Envoy of {party}", "--level", "ministers", "--plain-key")
    track.asked(party, "credential", "give", "envoy", *words)
