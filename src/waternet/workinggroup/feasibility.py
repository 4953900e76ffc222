"""Feasibility: a text or project held against the data that it would need.

Whoever checks signs what was asked, what was found, and the very entries in which it
was found: anybody who holds them can do the check again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    verify_choice,
    verify_fields,
    verify_integer,
    verify_name,
    verify_sha256,
    verify_text,
)
from waternet.workinggroup.act import Act
from waternet.workinggroup.consenting import verify_day
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.forms import (
    verify_different,
    verify_nested_list,
    verify_paragraphs,
    verify_parties,
    verify_titles,
)
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Verb

__all__ = [
    "ACCESS",
    "BALANCE",
    "VERBS",
    "Feasibility",
    "Found",
    "Input",
    "Need",
    "disclosed_parties",
    "read_needs",
    "verdict_on",
]

ABOUT = ("text", "project")
ACCESS = ("open", "restricted", "requested", "not released")
"""To whom data are open: to all, to some, asked for without an answer, to nobody."""

VERDICTS = ("there", "partly", "missing")
BALANCE = ("not examined", "examined")


@dataclass(frozen=True, slots=True)
class Need:
    """A series of data that it takes.

    Attributes
    ----------
    id : str
    observed_property : str
    first, last : str
        Days between which it is needed.
    parties : tuple of str
        From whom; () is anybody.
    area, station : str
        Where; '' is anywhere.
    """

    id: str
    observed_property: str
    first: str
    last: str
    parties: tuple[str, ...] = ()
    area: str = ""
    station: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one party has of a need.

    Attributes
    ----------
    need : str
        Id of the need.
    party : str
    entries : tuple of int
        In the party's log, where it was found; () where there is nothing.
    share : str
        Covered part of the period, from '0' to '1'.
    grade : str
        The worst quality grade of what is there; '' where none is given.
    access : str
        One of `ACCESS`.
    """

    need: str
    party: str
    share: str
    access: str
    entries: tuple[int, ...] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """An entry that the check read.

    Attributes
    ----------
    party : str
    entry : int
    sha256 : str
        Of the bytes in that party's log.
    """

    party: str
    entry: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Feasibility:
    """A check that was made.

    Attributes
    ----------
    about : str
        Id of the act that began the text or project.
    kind : str
        'text' or 'project'.
    paragraph : str
        Of the text; '' for the whole.
    body : str
        Of the charter.
    question : mapping of language to str
    needs : tuple of Need
    found : tuple of Found
    verdict : str
        'there', 'partly' or 'missing'.
    inputs : tuple of Input
    balance : str
        Whether what it would change in the water balance was examined.
    words : mapping of language to list of str
    """

    about: str
    kind: str
    body: str
    question: Mapping[str, str]
    verdict: str
    needs: tuple[Need, ...] = ()
    found: tuple[Found, ...] = ()
    inputs: tuple[Input, ...] = ()
    paragraph: str = ""
    balance: str = BALANCE[0]
    words: Mapping[str, list[str]] = field(default_factory=dict)


def verdict_on(needs: Sequence[Need], found: Sequence[Found]) -> str:
    """Return whether all that is needed can be used as it is.

    'there': each need is covered whole by data that are open; 'missing': of no need is
    there anything; 'partly' else.

    Examples
    --------
    >>> needs = [Need("levels", "groundwater-level", "2020-01-01", "2020-12-31")]
    >>> verdict_on(needs, [Found("levels", "a", "0.5", "open", (3,))])
    'partly'
    >>> verdict_on(needs, [Found("levels", "a", "1", "open", (3,))])
    'there'
    """
    if not any(one.entries for one in found):
        return "missing"
    whole = {
        (one.need, one.party)
        for one in found
        if one.share == "1" and one.access == ACCESS[0]
    }
    for need in needs:
        parties = need.parties or {party for name, party in whole if name == need.id}
        if not parties or not all((need.id, party) in whole for party in parties):
            return "partly"
    return "there"


def disclosed_parties(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return whose restricted figures a record would tell everybody something of.

    Parameters
    ----------
    body : mapping
        Of an act 'feasibility.record', or of any other: then ().

    Examples
    --------
    >>> read = {"party": "a", "access": "restricted", "entries": [3]}
    >>> disclosed_parties({"found": [read, {"party": "b", "access": "restricted"}]})
    ('a',)
    """
    found = body.get("found", ())
    told = [one for one in found if isinstance(one, Mapping) and one.get("entries")]
    restricted = {str(one["party"]) for one in told if one["access"] == "restricted"}
    return tuple(sorted(restricted))


def _record(floor: Floor, act: Act) -> Feasibility:
    given = act.body
    about = given["about"]
    made = Feasibility(
        about=about["root"],
        kind=about["kind"],
        body=_body(floor, act),
        question=given["question"],
        verdict=given["verdict"],
        needs=read_needs(given["needs"], act.verb),
        found=tuple(
            Found(**{**one, "entries": tuple(one.get("entries", ()))})
            for one in given["found"]
        ),
        inputs=tuple(Input(**one) for one in given["inputs"]),
        paragraph=about.get("paragraph", ""),
        balance=given["balance"],
        words=given.get("words", {}),
    )
    _verify_whole(made)
    return made


def read_needs(written: Any, at: str) -> tuple[Need, ...]:
    """Read needs from plain values: of an act, or of a file.

    Raises
    ------
    NotAcceptable
        A field is missing, unknown or breaks a rule; the message names it.
    """
    _verify_needs(written, f"{at}: 'needs'")
    return tuple(
        Need(
            id=one["id"],
            observed_property=one["observed_property"],
            first=one["from"],
            last=one["to"],
            parties=tuple(sorted(one.get("parties", ()))),
            area=one.get("area", ""),
            station=one.get("station", ""),
        )
        for one in written
    )


def _verify_whole(made: Feasibility) -> None:
    """Refuse a record whose parts do not carry each other."""
    needs = {one.id for one in made.needs}
    inputs = {(one.party, one.entry) for one in made.inputs}
    for one in made.found:
        if one.need not in needs:
            raise Refused("unreadable-act", f"found for {one.need!r}: no such need")
        if (float(one.share) > 0) != bool(one.entries):
            told = f"{one.need!r} of {one.party!r}: a share and its entries go together"
            raise Refused("unreadable-act", told)
        for entry in one.entries:
            if (one.party, entry) not in inputs:
                told = f"entry {entry} of {one.party!r} is not among its inputs"
                raise Refused("unmet-condition", told)
    verdict = verdict_on(made.needs, made.found)
    if made.verdict != verdict:
        told = f"it says {made.verdict!r}, what it found says {verdict!r}"
        raise Refused("unmet-condition", told)


def _body(floor: Floor, act: Act) -> str:
    """Return the body of what the check is about, which the act must name."""
    about = act.body["about"]
    begun = {"text": "text.draft", "project": "project.idea"}[about["kind"]]
    for one in floor.named(begun):
        if one.act.id == about["root"]:
            return str(one.value.body)
    told = f"it does not name the act that began the {about['kind']}"
    raise Refused("unmet-condition", told)


def _verify_share(value: Any, at: str) -> None:
    """Raise unless it is a part of one whole, as text: '0.93'."""
    plain = isinstance(value, str) and value.replace(".", "", 1).isdecimal()
    if not plain or not value.isascii() or len(value) > 6 or float(value) > 1:
        raise NotAcceptable(f"{at}: expected a share as '0.93', got {value!r:.80}")


def _each(fields: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    return partial(verify_nested_list, fields=fields, optional=optional)


def _verify_needs(value: Any, at: str) -> None:
    fields = {
        "id": verify_name,
        "observed_property": verify_text,
        "from": verify_day,
        "to": verify_day,
    }
    optional = {
        "parties": verify_parties,
        "area": verify_text,
        "station": verify_name,
    }
    verify_nested_list(value, at, fields, optional)
    verify_parties([one["id"] for one in value], at)
    if not value:
        raise NotAcceptable(f"{at}: expected one need at least")


_ABOUT: Callable[..., None] = partial(
    verify_fields,
    fields={"kind": partial(verify_choice, choices=ABOUT), "root": verify_sha256},
    optional={"paragraph": verify_name},
)

_FOUND = _each(
    {
        "need": verify_name,
        "party": verify_name,
        "share": _verify_share,
        "access": partial(verify_choice, choices=ACCESS),
    },
    {
        "entries": partial(verify_different, each=verify_integer),
        "grade": verify_name,
    },
)

VERBS = (
    Verb(
        "feasibility.record",
        {
            "about": lambda value, at: _ABOUT(value, at=at),
            "question": verify_titles,
            "needs": _verify_needs,
            "found": _FOUND,
            "verdict": partial(verify_choice, choices=VERDICTS),
            "inputs": _each(
                {
                    "party": verify_name,
                    "entry": verify_integer,
                    "sha256": verify_sha256,
                },
                {},
            ),
            "balance": partial(verify_choice, choices=BALANCE),
        },
        "propose",
        True,
        _record,
        _body,
        {"words": verify_paragraphs},
        begins=True,
    ),
)
