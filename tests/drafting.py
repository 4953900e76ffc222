"""A text in a group in memory: drafted, consented to and adopted in few words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from acting import Group, body, charter

from waternet.workinggroup.texts import Text, paragraph_sha256
from waternet.workinggroup.thing import Thing

CORE = ("israel", "jordan", "palestine")


def words(text: str = "well") -> dict[str, str]:
    """Return words in the three languages; the Hebrew ones can be told apart."""
    return {"ar": f"بئر {text}", "en": f"A {text}", "he": f"באר {text}"}


def silent(**changed: Any) -> dict[str, Any]:
    """Return a charter whose body adopts by silence of ten days."""
    consensus = {"how": "silence", "of": ["core"], "days": 10, **changed}
    return charter(bodies=[body(consensus=consensus)])


def found(written: Mapping[str, Any] | None = None) -> Group:
    """Return a group with a charter in force."""
    group = Group()
    group.found(written)
    return group


@dataclass
class Drafting:
    """A text of a group, and what was said about it.

    Attributes
    ----------
    group : Group
    last : str
        Id of its last change.
    given : dict of (member, paragraph) to str
        Ids of the consents.
    """

    group: Group
    name: str = "declaration"
    last: str = ""
    root: str = ""
    given: dict[tuple[str, str], str] = field(default_factory=dict)

    def draft(self, *paragraphs: str, party: str = "jordan") -> "Drafting":
        """Draft the text, of one paragraph or those that are named."""
        told = [{"id": one, "words": words(one)} for one in paragraphs or ("p1",)]
        content = {"body": "water", "titles": words("title"), "paragraphs": told}
        self.root = self.last = self.group.act(party, "text.draft", self.name, content)
        return self

    def change(self, party: str, what: str, content: Mapping[str, Any]) -> str:
        """Change the text; return the act's id."""
        self.last = self.beside(party, what, content)
        return self.last

    def beside(
        self,
        party: str,
        what: str,
        content: Mapping[str, Any],
        on: Sequence[str] = (),
        **changed: Any,
    ) -> str:
        """Act on the text as it is now, relying on other acts too."""
        verb, named = f"text.{what}", [self.last, *on]
        return self.group.act(party, verb, self.name, content, named, **changed)

    def amend(self, name: str, told: Mapping[str, str], party: str = "israel") -> str:
        """Give a paragraph other words."""
        content = {"paragraphs": [{"id": name, "words": told}], "reason": "clearer"}
        return self.change(party, "amend", content)

    def consent(self, party: str, name: str = "p1") -> str:
        """Consent to a paragraph as it stands."""
        content = self.group.consent(paragraph_sha256(self.text(), name))
        done = self.beside(party, "consent", {"paragraph": name, **content})
        self.given[party, name] = done
        return done

    def consent_all(self, *parties: str, but: Sequence[str] = ()) -> None:
        """Let parties, or all core ones, consent to every paragraph."""
        for party in parties or CORE:
            for one in self.text().paragraphs:
                if one.id not in but:
                    self.consent(party, one.id)

    def object(self, party: str, name: str = "p1", **changed: Any) -> str:
        """Object to a paragraph."""
        content = {"paragraph": name, "words": {"en": "No"}, **changed}
        return self.beside(party, "object", content)

    def adopt(
        self, on: Sequence[str] = (), party: str = "atlas", **changed: Any
    ) -> str:
        """Adopt the text, naming every consent that was given and other acts."""
        content = {"seen": self.group.seen(), **changed}
        return self.beside(party, "adopt", content, [*self.given.values(), *on])

    def thing(self) -> Thing:
        """Return the text with all that was done to it."""
        return self.group.fold().thing("text", self.name)

    def text(self) -> Text:
        """Return the text as it stands after its last change, in a conflict too."""
        changes = self.thing().changes
        made: Text = next(one.value for one in changes if one.act.id == self.last)
        return replace(made)

    def stage(self) -> str:
        """Return the stage of what stands."""
        held: Text = self.thing().value
        return held.stage
