"""Rules: which check is made where, with which parameters; data, agreed by parties.

::

    name = "jordan-basin"
    version = "1"

    [[rule]]
    check = "range"
    observed_property = ["groundwater-level"]
    kinds = ["well"]
    parameters = { least = -500, most = 3000 }

A rule without `observed_property`, `kinds`, `features` or `party` holds for all of
them. Of the rules of one check that match a datastream **the last one counts**: general
rules come first, exceptions after them, and a set that is added to another (`+`) comes
last. A rule of grade 'unchecked' says that the check is not made there; of grade
'good', that its findings are told and not held against the values.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any

import tomli_w

from waternet.errors import NotAcceptable
from waternet.observation.datastream import Datastream
from waternet.observation.legible import verify_legible
from waternet.observation.place import verify_id
from waternet.observation.vocabulary import Grade, get_term
from waternet.quality.checks import get_check
from waternet.quality.parameters import read_parameters

__all__ = ["Rule", "RuleSet", "default_rules"]

_MOST_RULES = 100_000
_SELECTORS = ("observed_property", "kinds", "features")
_KEYS = {"check", *_SELECTORS, "party", "parameters", "grade", "because"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One check with its parameters, for the datastreams that it selects.

    Attributes
    ----------
    check : str
    observed_property, kinds, features : tuple of str
        Terms of 'observed_property' and 'place_kind', ids of places; () is every one.
    party : str
        Whose data; '' is everybody's.
    parameters : the check's own dataclass
    grade : Grade or None
        Of its hits; None is the check's own.
    because : str
        Where the parameters come from, for who reviews them.
    """

    check: str
    observed_property: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    party: str = ""
    parameters: Any = None
    grade: Grade | None = None
    because: str = ""

    def __post_init__(self) -> None:
        if self.parameters is None:
            object.__setattr__(self, "parameters", get_check(self.check).parameters())
        if not isinstance(self.parameters, get_check(self.check).parameters):
            raise NotAcceptable(f"rule of {self.check!r}: parameters of another check")
        for term in self.observed_property:
            get_term("observed_property", term)
        for kind in self.kinds:
            get_term("place_kind", kind)
        for feature in self.features:
            verify_id(feature, "a place")
        verify_legible(self.because, f"the reason of a rule of {self.check!r}")

    def selects(self, datastream: Datastream, kind: str, party: str) -> bool:
        """Tell whether it holds for a datastream at a place of some kind."""
        return (
            (
                not self.observed_property
                or datastream.observed_property in self.observed_property
            )
            and (not self.kinds or kind in self.kinds)
            and (not self.features or datastream.feature in self.features)
            and self.party in ("", party)
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, without what is as by default."""
        written: dict[str, Any] = {"check": self.check}
        for name in _SELECTORS:
            if getattr(self, name):
                written[name] = list(getattr(self, name))
        if self.party:
            written["party"] = self.party
        usual = get_check(self.check).parameters()
        changed = {
            field.name: _plain(getattr(self.parameters, field.name))
            for field in fields(usual)
            if getattr(self.parameters, field.name) != getattr(usual, field.name)
        }
        if changed:
            written["parameters"] = changed
        if self.grade is not None:
            written["grade"] = self.grade.name.lower()
        if self.because:
            written["because"] = self.because
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Rule:
        """Read what `to_json` wrote.

        Raises
        ------
        NotFound
            There is no such check or term.
        NotAcceptable
            A key is unknown, or a value is of another type than is expected there.
        """
        unknown = sorted(set(written) - _KEYS)
        if unknown or not isinstance(written.get("check"), str):
            raise NotAcceptable(
                f"a rule has no key {unknown[0]!r:.80}"
                if unknown
                else "a rule without the name of its check",
                hint=f"keys of a rule: {', '.join(sorted(_KEYS))}",
            )
        check = get_check(written["check"])
        for name in ("party", "because", "grade"):
            _verify_text(check.name, name, written.get(name, ""))
        return cls(
            check=check.name,
            **{name: _texts(check.name, name, written) for name in _SELECTORS},
            party=written.get("party", ""),
            parameters=read_parameters(check.name, written.get("parameters", {})),
            grade=_read_grade(check.name, written.get("grade")),
            because=written.get("because", ""),
        )


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in their order, under a name and a version.

    Attributes
    ----------
    name, version : str
    rules : tuple of Rule
    """

    name: str
    version: str
    rules: tuple[Rule, ...]

    def __add__(self, other: RuleSet) -> RuleSet:
        """Return both sets' rules, `other`'s last, under this one's name."""
        return replace(self, rules=self.rules + other.rules)

    def to_toml(self) -> str:
        """Write it as a file that people review."""
        return tomli_w.dumps(
            {
                "name": self.name,
                "version": self.version,
                "rule": [rule.to_json() for rule in self.rules],
            }
        )

    @classmethod
    def from_toml(cls, text: str) -> RuleSet:
        """Read a rule file.

        Raises
        ------
        NotAcceptable, NotFound
            It is no TOML, or a rule is not one; the message says which.
        """
        try:
            written = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise NotAcceptable(f"not a rule file: {error}") from error
        return cls.from_json(written)

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> RuleSet:
        """Read a set given as plain values: the keys of the TOML file."""
        unknown = sorted(set(written) - {"name", "version", "rule"})
        rules = written.get("rule", [])
        if unknown or not isinstance(rules, list) or len(rules) > _MOST_RULES:
            raise NotAcceptable(
                "a rule file has 'name', 'version' and a list of [[rule]]"
                + (f", not {unknown[0]!r:.80}" if unknown else "")
            )
        for name in ("name", "version"):
            _verify_text("the set", name, written.get(name, ""))
        made = []
        for number, rule in enumerate(rules, 1):
            if not isinstance(rule, Mapping):
                raise NotAcceptable(f"rule {number} is {rule!r:.40}, not a table")
            try:
                made.append(Rule.from_json(rule))
            except NotAcceptable as error:
                raise NotAcceptable(
                    f"rule {number}: {error}", hint=error.hint
                ) from error
        return cls(written.get("name", ""), written.get("version", ""), tuple(made))

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values: the keys of the TOML file."""
        return {
            "name": self.name,
            "version": self.version,
            "rule": [rule.to_json() for rule in self.rules],
        }


@cache
def default_rules() -> RuleSet:
    """Return the rules that come with the package, each with its source.

    Examples
    --------
    >>> default_rules().name
    'default'
    """
    source = files("waternet.quality") / "rules" / "default.toml"
    return RuleSet.from_toml(source.read_text(encoding="utf-8"))


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _verify_text(check: str, name: str, value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise NotAcceptable(f"rule of {check!r}: {name} is {value!r:.40}, not text")
    if isinstance(value, str):
        verify_legible(value, f"{name} of a rule of {check!r}")


def _texts(check: str, name: str, written: Mapping[str, Any]) -> tuple[str, ...]:
    given = written.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise NotAcceptable(
            f"rule of {check!r}: {name} is {given!r:.40}, not a list of texts"
        )
    return tuple(given)


def _read_grade(check: str, given: str | None) -> Grade | None:
    if given is None:
        return None
    grades = {grade.name.lower(): grade for grade in Grade}
    if given not in grades:
        raise NotAcceptable(
            f"rule of {check!r}: no grade {given!r:.40}",
            hint=f"there are {', '.join(grades)}",
        )
    return grades[given]
