"""Where a text stands: per paragraph, who consents, objects, reserves, is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waternet.workinggroup.charter import Consensus
from waternet.workinggroup.citing import cite
from waternet.workinggroup.needed import (
    consensus_of,
    counted_members,
    needed_members,
)
from waternet.workinggroup.objections import (
    Objection,
    adoption_of,
    in_sequence,
    track_objections,
)
from waternet.workinggroup.state import State
from waternet.workinggroup.texts import Paragraph, Text, paragraph_sha256
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = ["ParagraphStanding", "Position", "TextStanding", "text_standing"]


@dataclass(frozen=True, slots=True)
class Position:
    """What one member says of one paragraph.

    Attributes
    ----------
    member : str
    counts : bool
        Whether its consent is needed: by silence nobody's is, and where those present
        decide, that of those who attend.
    consent : Taken or None
        To the words that stand; not taken back, not run out.
    lapsed : str
        Why a consent that was given is none: 'changed' words, 'expired', 'taken back';
        '' where there is a consent, or never was one.
    objections : tuple of Objection
    reservations : tuple of Taken
    """

    member: str
    counts: bool
    consent: Taken | None
    lapsed: str
    objections: tuple[Objection, ...]
    reservations: tuple[Taken, ...]

    @property
    def stand(self) -> str:
        """'objects', 'consents', 'missing' where its consent is needed, else ''."""
        if any(one.status != "lifted" for one in self.objections):
            return "objects"
        if self.consent:
            return "consents"
        return "missing" if self.counts else ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        consent = self.consent
        return {
            "member": self.member,
            "counts": self.counts,
            "stand": self.stand,
            "lapsed": self.lapsed,
            "consent": cite(consent) | {"expires": consent.act.body["expires"]}
            if consent
            else None,
            "objections": [one.made.act.id for one in self.objections],
            "reservations": [
                cite(one) | {"words": dict(one.act.body["words"])}
                for one in self.reservations
            ],
        }


@dataclass(frozen=True, slots=True)
class ParagraphStanding:
    """One paragraph, and the position of each member on it.

    Attributes
    ----------
    paragraph : Paragraph
    sha256 : str
        What a consent to it names.
    set_aside : bool
        The members agreed to disagree on it.
    positions : tuple of Position
        Of those whose role counts and those who spoke, by id.
    """

    paragraph: Paragraph
    sha256: str
    set_aside: bool
    positions: tuple[Position, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The members whose consent is needed and not there."""
        return tuple(
            one.member for one in self.positions if one.counts and not one.consent
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "id": self.paragraph.id,
            "words": dict(self.paragraph.words),
            "struck": self.paragraph.is_struck,
            "sha256": self.sha256,
            "set_aside": self.set_aside,
            "positions": [one.to_json() for one in self.positions],
        }


@dataclass(frozen=True, slots=True)
class TextStanding:
    """Where a text stands.

    Attributes
    ----------
    thing : Thing
    text : Text
        As it stands; before a conflict, where there is one.
    consensus : Consensus or None
        Of its body, by the charter in force; None where that has no such body.
    paragraphs : tuple of ParagraphStanding
    objections : tuple of Objection
    adoption : Taken or None
    """

    thing: Thing
    text: Text
    consensus: Consensus | None
    paragraphs: tuple[ParagraphStanding, ...]
    objections: tuple[Objection, ...]
    adoption: Taken | None

    @property
    def members(self) -> tuple[str, ...]:
        """Those whose role counts and those who spoke, by id."""
        return tuple(one.member for one in self.paragraphs[0].positions)

    @property
    def _is_of_those_present(self) -> bool:
        """Whether it is decided in a session, which an adoption names."""
        return self.consensus is not None and self.consensus.how == "present"

    @property
    def passed_over(self) -> tuple[Objection, ...]:
        """Objections that were entered before the adoption, which did not see them."""
        return tuple(one for one in self.objections if one.timing == "passed over")

    def relied_on(self, disagreed: Collection[str] = ()) -> tuple[str, ...]:
        """Return the ids of the acts that an adoption names, after the last change.

        Parameters
        ----------
        disagreed : collection of str
            Paragraphs on which the members agree to disagree: the objections to them
            are named too.
        """
        named = [
            position.consent.act.id
            for one in self.paragraphs
            for position in one.positions
            if position.consent and (position.counts or self._is_of_those_present)
        ]
        for one in self.objections:
            if one.lifted_by:
                named.append(one.lifted_by)
            elif one.paragraph in disagreed:
                named.append(one.made.act.id)
        return tuple(dict.fromkeys(named))

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, as commands and the API hand it out."""
        text, adoption = self.text, self.adoption
        return {
            "id": self.thing.id,
            "root": self.thing.root,
            "last": self.thing.standing()[-1].act.id,
            "body": text.body,
            "drafted": cite(self.thing.standing()[0]),
            "changed": cite(self.thing.standing()[-1]),
            "titles": dict(text.titles),
            "stage": text.stage,
            "deadline": text.deadline,
            "reason": text.reason,
            "in_conflict": self.thing.in_conflict,
            "consensus": self.consensus.how if self.consensus else "",
            "adopted": cite(adoption) if adoption else None,
            "paragraphs": [one.to_json() for one in self.paragraphs],
            "objections": [one.to_json() for one in self.objections],
            "passed_over": [one.made.act.id for one in self.passed_over],
        }


def text_standing(state: State, thing: Thing, on_day: str = "") -> TextStanding:
    """Return where a text stands.

    Parameters
    ----------
    state : State
    thing : Thing
        Of kind 'text'.
    on_day : str
        The day on which consents must not have run out, '2026-11-28'; '' to take them
        as they were given. What an adoption named stays consent.
    """
    text: Text = thing.value
    adoption = adoption_of(thing)
    objections = track_objections(state, thing)
    consensus = consensus_of(state, text.body)
    session = text.session if adoption else ""
    needed = needed_members(state, text.body, session)
    spoken = _Spoken.of(thing, adoption, on_day)
    speakers = {member for _, member, _ in spoken.said}
    members = sorted(speakers.union(counted_members(state, text.body)))

    def position(member: str, paragraph: str, sha256: str) -> Position:
        consent, lapsed = spoken.consent(member, paragraph, sha256)
        key = (member, paragraph)
        against = [one for one in objections if (one.member, one.paragraph) == key]
        reserves = spoken.said.get(("reserve", *key), ())
        counts = member in needed
        return Position(
            member, counts, consent, lapsed, tuple(against), tuple(reserves)
        )

    paragraphs = []
    for one in text.paragraphs:
        digest = paragraph_sha256(text, one.id)
        said = tuple(position(member, one.id, digest) for member in members)
        paragraphs.append(
            ParagraphStanding(one, digest, one.id in text.disagreed, said)
        )
    return TextStanding(thing, text, consensus, tuple(paragraphs), objections, adoption)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What was said of the paragraphs of a text.

    `said` is by (what, member, paragraph), the last one last.
    """

    said: Mapping[tuple[str, str, str], Sequence[Taken]]
    taken_back: Collection[str]
    adopted_by: Collection[str]
    on_day: str

    @classmethod
    def of(cls, thing: Thing, adoption: Taken | None, on_day: str) -> _Spoken:
        said: dict[tuple[str, str, str], list[Taken]] = {}
        for one in sorted(thing.beside, key=in_sequence):
            what = one.act.verb.removeprefix("text.")
            if what in ("consent", "reserve", "object"):
                key = (what, one.act.member, one.act.body["paragraph"])
                said.setdefault(key, []).append(one)
        return cls(
            said, {*_taken_back(thing)}, adoption.act.on if adoption else (), on_day
        )

    def consent(
        self, member: str, paragraph: str, sha256: str
    ) -> tuple[Taken | None, str]:
        """Return a consent that holds, or why the last one that was given does not."""
        lapsed = ""
        for one in reversed(self.said.get(("consent", member, paragraph), ())):
            why = self._lapsed(one, sha256)
            if not why:
                return one, ""
            lapsed = lapsed or why
        return None, lapsed

    def _lapsed(self, one: Taken, sha256: str) -> str:
        if one.act.body["to"] != sha256:
            return "changed"
        if one.act.id in self.adopted_by:
            return ""
        if one.act.id in self.taken_back:
            return "taken back"
        return "expired" if one.act.body["expires"] < self.on_day else ""


def _taken_back(thing: Thing) -> Iterator[str]:
    """Yield the ids of the consents that their own members took back."""
    given = {one.act.id: one.act.member for one in thing.beside}
    for one in thing.beside:
        if one.act.verb == "text.dissent":
            yield from (
                name for name in one.act.on if given.get(name) == one.act.member
            )
