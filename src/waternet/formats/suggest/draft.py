"""A recipe while it is being put together, with what was guessed and asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waternet.formats.suggest.proposal import Guess, Question

__all__ = ["Draft", "Part", "Try"]

_TRIED = 0.7  # sure of what a second try showed


@dataclass(frozen=True, slots=True)
class Try:
    """An answer that nobody gave: the file was read with it, and better so.

    Attributes
    ----------
    answer : str
    reason : str
        What became of the file without it.
    instead : object
        What was guessed before.
    value : object
        As the recipe has it; None where that is the answer itself.
    """

    answer: str
    reason: str
    instead: object
    value: object = None

    def guess(self, key: str) -> Guess:
        """Return it as a guess."""
        value = self.answer if self.value is None else self.value
        return Guess(key, value, self.reason, _TRIED, (self.instead,))


@dataclass
class Part:
    """The layout of one sheet, as the recipe's tables of keys and values."""

    table: dict[str, Any] = field(default_factory=dict)
    station: dict[str, Any] = field(default_factory=dict)
    time: dict[str, Any] = field(default_factory=dict)
    value: list[dict[str, Any]] = field(default_factory=list)
    status_codes: dict[str, str] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """Return the tables that hold something."""
        tables = {
            "table": self.table,
            "station": self.station,
            "time": self.time,
            "value": self.value,
        }
        return {name: table for name, table in tables.items() if table}


@dataclass
class Draft:
    """What is known of a file, guessed of it and asked about it.

    Attributes
    ----------
    answers : mapping of key to text
        What the owner said.
    file : str
        The file's name.
    tries : mapping of key to Try
        What is taken for answers where the owner said nothing.
    """

    answers: Mapping[str, str]
    file: str
    tries: Mapping[str, Try] = field(default_factory=dict)
    guesses: dict[str, Guess] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    assumed: list[str] = field(default_factory=list)  # stand-ins for open answers
    scope: str = ""  # the sheet that is being looked at; '' where there is one

    def say(
        self,
        key: str,
        value: object,
        reason: str,
        confidence: float,
        alternatives: Sequence[object] = (),
    ) -> None:
        """Note a guess; the first one of a key stays."""
        if key in self.tries and self._owner_said(key) is None:
            self.guesses[key] = self.tries[key].guess(key)
            return
        where = f"{self.scope}: " if self.scope else ""
        guess = Guess(
            key, value, where + reason, round(confidence, 2), tuple(alternatives)
        )
        known = self.guesses.get(key)
        if known is not None and known.value != value and self.scope:
            key = f"{key}@{self.scope}"
            guess = Guess(key, value, reason, round(confidence, 2), tuple(alternatives))
        self.guesses.setdefault(key, guess)

    def notice(self, text: str) -> None:
        """Point at something; each is said once."""
        where = f"{self.scope}: " if self.scope else ""
        if where + text not in self.notices:
            self.notices.append(where + text)

    def assume(self, what: str) -> None:
        """Note a stand-in with which the file is read until a question is answered."""
        if what not in self.assumed:
            self.assumed.append(what)

    def answer(self, key: str) -> str | None:
        """Return what the owner said of a thing, for this sheet or for all."""
        said = self._owner_said(key)
        if said is None and key in self.tries:
            return self.tries[key].answer
        return said

    def _owner_said(self, key: str) -> str | None:
        for each in (f"{key}@{self.scope}", key) if self.scope else (key,):
            if each in self.answers:
                self.used.add(each)
                return self.answers[each].strip()
        return None

    def ask(  # one argument for each thing a question must say
        self,
        key: str,
        text: str,
        choices: Sequence[str],
        default: str | None,
        reason: str,
    ) -> str | None:
        """Return the answer, or the default; None where there is neither."""
        given = self.answer(key)
        if given is not None:
            self.guesses[key] = Guess(key, given, "you said so", 1.0)
            if self._owner_said(key) is None:
                self.guesses[key] = self.tries[key].guess(key)
            return given
        question = Question(key, text, tuple(choices), default, reason)
        self.questions.setdefault(key, question)
        return default
