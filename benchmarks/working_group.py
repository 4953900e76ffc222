"""What stands in a working group, from ten thousand acts.

Beside it, in the same run: the bare signature checks of the same acts, which nobody can
do without who believes none of the parties.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.figure import figure
from waternet.record.note import Signer, generate_signer
from waternet.workinggroup import gathering
from waternet.workinggroup.act import Act, sign_act, verify_act
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.fold import fold
from waternet.workinggroup.gathering import Said
from waternet.workinggroup.texts import Paragraph, Text, paragraph_sha256

__all__ = ["figures"]

_PARTIES = ("a", "b", "c")
_ROLES = ["core"]
_DAY = date(2026, 3, 2)
_EXPIRES = f"{_DAY + timedelta(days=90):%Y-%m-%d}"
_PARAGRAPHS = tuple(f"p{number}" for number in range(5))


def figures(quick: bool, _folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    history = _History()
    history.write(1_000 if quick else 10_000)
    count = sum(one.kind == "act" for one in history.said)
    gathering._signature_fault.cache_clear()
    gathering._read_note.cache_clear()
    began = time.perf_counter()
    cold = fold(history.said, history.group)
    first = time.perf_counter() - began
    assert not cold.refusals
    began = time.perf_counter()
    fold(history.said, history.group)
    again = time.perf_counter() - began
    began = time.perf_counter()
    for one in history.said:
        if one.kind == "act":
            verify_act(one.body["act"], history.keys[one.party].verifier)
    bare = ("bare signature checks", time.perf_counter() - began)
    told = f"{count:,} acts"
    yield figure(f"working-group: {told} folded", first, "s", bare, most=4)
    yield figure(f"working-group: {told} folded again", again, "s", bare, most=2)
    began = time.perf_counter()
    assert len(cold.sha256) == 64
    yield figure(f"working-group: hash of {told}", time.perf_counter() - began, "s")


@dataclass
class _History:
    """A group of three that drafts, consents and adopts, text after text."""

    said: list[Said] = field(default_factory=list)
    keys: dict[str, Signer] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PARTIES, 0))
    group: str = ""
    charter: str = ""
    second: int = 0

    def write(self, acts: int) -> None:
        """Found the group, and let it adopt texts until there are so many acts."""
        self._found()
        number = 0
        while len(self.said) < acts:
            number += 1
            self._adopt_text(f"text-{number}")

    def _found(self) -> None:
        for party in _PARTIES:
            self.keys[party] = generate_signer(f"{party}/envoy")
            told = {
                "delegate": "envoy",
                "title": "envoy",
                "vkey": self.keys[party].verifier.to_text(),
                "names": {"en": "Envoy"},
                "level": "experts",
            }
            self._enter(party, "credential", told)
        made = read_charter(_charter())
        self.group = self._act("a", "charter.found", "charter", {"charter": _charter()})
        consent = {"to": made.sha256, "expires": _EXPIRES}
        given = [
            self._act(one, "charter.consent", "charter", consent, [self.group])
            for one in _PARTIES
        ]
        content = {"seen": dict(self.sizes)}
        on = [self.group, *given]
        self.charter = self._act("a", "charter.adopt", "charter", content, on)

    def _adopt_text(self, name: str) -> None:
        titles, words = {"en": name}, {"en": f"Words of {name}."}
        paragraphs = [{"id": one, "words": words} for one in _PARAGRAPHS]
        content = {"body": "water", "titles": titles, "paragraphs": paragraphs}
        root = self._act("b", "text.draft", name, content)
        placed = zip(_PARAGRAPHS, ("", *_PARAGRAPHS), strict=False)
        held = tuple(Paragraph(one, words, after) for one, after in placed)
        text = Text(root, "b", "water", titles, held)
        given = []
        for party in _PARTIES:
            for one in _PARAGRAPHS:
                consent = {"to": paragraph_sha256(text, one), "expires": _EXPIRES}
                told = {"paragraph": one, **consent}
                given.append(self._act(party, "text.consent", name, told, [root]))
        content = {"seen": dict(self.sizes)}
        self._act("a", "text.adopt", name, content, [root, *given])

    def _act(
        self,
        party: str,
        verb: str,
        subject: str,
        content: dict[str, Any],
        on: list[str] | None = None,
    ) -> str:
        act = Act(
            verb=verb,
            subject=subject,
            party=party,
            delegate="envoy",
            issued=self._now(),
            body=content,
            group=self.group,
            charter=self.charter,
            on=tuple(on or ()),
        )
        done, note = sign_act(act, self.keys[party])
        told = {"act": note, "title": "an act"}
        self._enter(party, "act", {**told, "group": self.group} if self.group else told)
        return done.id

    def _enter(self, party: str, kind: str, body: dict[str, Any]) -> None:
        self.second += 1
        self.said.append(Said(party, self.sizes[party], self._now(), kind, body))
        self.sizes[party] += 1

    def _now(self) -> str:
        hours, seconds = divmod(self.second, 3600)
        minutes, seconds = divmod(seconds, 60)
        return f"{_DAY}T{hours:02}:{minutes:02}:{seconds:02}Z"


def _charter() -> dict[str, Any]:
    rights = ("propose", "consent", "call", "chair", "pledge", "attend")
    consensus = {"how": "all", "of": _ROLES}
    return {
        "name": "basin",
        "titles": {"en": "Basin"},
        "languages": ["en"],
        "members": [
            {"id": one, "names": {"en": one}, "role": "core"} for one in _PARTIES
        ],
        "bodies": [
            {
                "id": "water",
                "names": {"en": "Water"},
                "level": "experts",
                "gavel": ["a"],
                "rights": dict.fromkeys(rights, _ROLES),
                "consensus": consensus,
            }
        ],
        "change": consensus,
    }
