"""Activities of IATI 2.03 read as what a member may propose and pledge anew.

Nothing that a file says counts as anybody's act: what is read is a draft, which a
delegate looks at, completes and signs, or a keeper reports with its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from waternet.errors import NotAcceptable
from waternet.record.fields import verify_fields
from waternet.workinggroup.interchange.iati_codes import (
    FOR_US,
    OWN,
    ROLES,
    STAGE_OF_STATUS,
    XML_LANGUAGE,
)
from waternet.workinggroup.project import DEFINITION

__all__ = ["Activity", "Given", "read_activities"]

_MOST = 16 << 20  # bytes
_VERSION = "2.03"
_OUTSIDE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Given:
    """A transaction of a file.

    Attributes
    ----------
    sort : str
        'pledge' or 'receipt'.
    donors : tuple of str
        Ids of who gives; () where the file does not say.
    day : str
        As far as it is known.
    body : mapping
        For a pledge, fields of 'pledge.make'; for a receipt, of 'pledge.receive'
        without its evidence.
    """

    sort: str
    donors: tuple[str, ...]
    day: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of a file.

    Attributes
    ----------
    id : str
        For the project: from the file where it tells one, else made of the activity's
        identifier.
    identifier : str
        IATI's.
    stage : str
        The nearest of ours.
    day : str
        On which it was begun, as far as it is known.
    body : mapping
        Fields of 'project.idea' but for the 'body' of the charter.
    given : tuple of Given
        In the file's order.
    """

    id: str
    identifier: str
    stage: str
    day: str
    body: Mapping[str, Any]
    given: tuple[Given, ...]


def read_activities(data: bytes, name: str = "the file") -> tuple[Activity, ...]:
    """Read a file of IATI 2.03, Waternet's own or another's.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for messages.

    Raises
    ------
    NotAcceptable
        It is longer than 16 MB, no XML, of another version, or an activity lacks what
        makes a project; the message names it.
    """
    if len(data) > _MOST:
        raise NotAcceptable(f"{name} is longer than {_MOST >> 20} MB")
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise NotAcceptable(f"{name} is not safe XML: {error!r:.200}") from error
    if root.tag != "iati-activities" or root.get("version") != _VERSION:
        told = f"{root.tag!r:.80} of version {root.get('version')!r:.40}"
        raise NotAcceptable(
            f"{name}: expected iati-activities of version {_VERSION}, got {told}"
        )
    activities = tuple(_activity(one, name) for one in root.iter("iati-activity"))
    if not activities:
        raise NotAcceptable(f"{name} holds no activity")
    ids = [one.id for one in activities]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise NotAcceptable(
            f"{name}: two activities would be project {twice[0]!r}",
            hint="take one of them out of the file",
        )
    return activities


def _activity(element: Element, name: str) -> Activity:
    language = element.get(XML_LANGUAGE, "")
    identifier = (element.findtext("iati-identifier") or "").strip()
    at = f"{name}: activity {identifier!r:.80}"
    own = element.find(f"{OWN}project")
    titles = _narratives(element.find("title"), language)
    if not identifier or not titles:
        raise NotAcceptable(f"{at}: expected an iati-identifier and a title")
    others: dict[str, dict[str, str]] = {}
    body: dict[str, Any] = {"titles": titles}
    body |= _words(element, titles, language)
    body |= _parties(element, language, others)
    if own is not None:
        others = {one.get("party", ""): _narratives(one) for one in _all(own, "other")}
        body |= _own(own)
    body["others"] = others
    body["sites"] = [_site(one, language, at) for one in element.iter("location")]
    body = {field: held for field, held in body.items() if held}
    verify_fields(body, {"titles": DEFINITION["titles"]}, at, DEFINITION)
    return Activity(
        id=_as_id(own.get("id", identifier) if own is not None else identifier),
        identifier=identifier,
        stage=_stage(element, own, at),
        day=_begun(element),
        body=body,
        given=tuple(_transactions(element, language, at)),
    )


def _all(own: Element, name: str) -> list[Element]:
    return own.findall(f"{OWN}{name}")


def _narratives(element: Element | None, language: str = "") -> dict[str, str]:
    """Return the texts of an element by language; the first of each counts.

    What is told in no language is taken as English, the default of IATI's own tools.
    """
    found: dict[str, str] = {}
    for one in element.iter("narrative") if element is not None else ():
        text = (one.text or "").strip()
        if text:
            told = one.get(XML_LANGUAGE) or language or "en"
            found.setdefault(told, text)
    return found


def _words(
    element: Element, titles: Mapping[str, str], language: str
) -> dict[str, dict[str, list[str]]]:
    general = element.find("description")
    told = {
        one: [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
        for one, text in _narratives(general, language).items()
    }
    if told == {one: [text] for one, text in titles.items()}:
        return {}
    return {"words": told}


def _parties(
    element: Element, language: str, others: dict[str, dict[str, str]]
) -> dict[str, Any]:
    """Return who takes part, by role; `others` gets the names of who has no id here."""
    names = {role: name for name, role in ROLES.items()}
    found: dict[str, list[str]] = {}
    for one in element.findall("participating-org"):
        role = names.get(one.get("role", ""), "participants")
        party = one.get(f"{OWN}party", "")
        narratives = _narratives(one, language)
        if not party and not narratives:
            continue  # the group itself, which reports
        if not party:
            party = _as_id(one.get("ref") or narratives[min(narratives)])
            others[party] = narratives or {"en": party}
        if party not in found.setdefault(role, []):
            found[role].append(party)
    told: dict[str, Any] = {name: sorted(held) for name, held in found.items()}
    lead = found.get("lead", [])
    told.pop("lead", None)
    if lead:
        told["lead"] = lead[0]
        rest = sorted({*found.get("participants", []), *lead[1:]})
        told |= {"participants": rest} if rest else {}
    return told


def _own(own: Element) -> dict[str, Any]:
    cost = own.find(f"{OWN}cost")
    return {
        "experts": [one.get("party", "") for one in _all(own, "experts")],
        "beneficiaries": [one.get("party", "") for one in _all(own, "beneficiaries")],
        "milestones": [
            {
                "id": one.get("id", ""),
                "titles": _narratives(one),
                "due": one.get("due", ""),
            }
            for one in _all(own, "milestone")
        ],
        "risks": [_narratives(one) for one in _all(own, "risk")],
        "cost": {}
        if cost is None
        else {"amount": cost.text or "", "currency": cost.get("currency", "")},
    }


def _site(location: Element, language: str, at: str) -> dict[str, Any]:
    names = _narratives(location.find("name"), language)
    position = (location.findtext("point/pos") or "").split()
    if position and len(position) != 2:
        raise NotAcceptable(f"{at}: a location's pos is latitude and longitude")
    told = {"latitude": position[0], "longitude": position[1]} if position else {}
    return {"names": names or {"en": " ".join(position) or "?"}, **told}


def _stage(element: Element, own: Element | None, at: str) -> str:
    if own is not None:
        return own.get("stage", "")
    status = element.find("activity-status")
    code = status.get("code", "") if status is not None else ""
    if code not in STAGE_OF_STATUS:
        raise NotAcceptable(f"{at}: expected an activity-status of 1 to 6")
    return STAGE_OF_STATUS[code]


def _begun(element: Element) -> str:
    """Return the day of the actual start, else of the planned one; '' for neither."""
    days = {one.get("type"): one for one in element.findall("activity-date")}
    if element.find(f"{OWN}project") is not None:
        days.pop("2", None)  # when execution began: ours tell when the idea was
    chosen = days.get("2", days.get("1"))
    return "" if chosen is None else _day(chosen)


def _day(element: Element) -> str:
    return element.get(f"{OWN}known") or element.get("iso-date", "")[:10]


def _transactions(element: Element, language: str, at: str) -> Iterator[Given]:
    own = {one.get("root", "")[:16]: one for one in _all(element, "pledge")}
    for one in element.findall("transaction"):
        code = one.find("transaction-type")
        sort = FOR_US.get(code.get("code", "") if code is not None else "")
        when, value = one.find("transaction-date"), one.find("value")
        if sort is None:
            continue
        if when is None or value is None or not (value.text or "").strip():
            raise NotAcceptable(f"{at}: a transaction has a date and a value")
        provider = one.find("provider-org")
        told = _narratives(one.find("description"), language)
        currency = value.get("currency") or element.get("default-currency", "")
        body: dict[str, Any] = {
            "amount": _plain((value.text or "").strip()),
            "currency": currency,
        }
        if sort == "pledge":
            body |= {"titles": told or {"en": f"{body['amount']} {currency}"}}
            body |= {"kind": "money", **_of_own(own.pop(one.get("ref", ""), None))}
        else:
            body |= {"on": _day(when), **({"words": told} if told else {})}
        yield Given(sort, _donors(provider, language), _day(when), body)
    for pledge in own.values():
        if pledge.find(f"{OWN}worth") is None:
            titles = _narratives_of(pledge)
            donors = tuple(pledge.get("donors", "").split())
            body = {"titles": titles, **_of_own(pledge)}
            yield Given("pledge", donors, pledge.get("made", ""), body)


def _narratives_of(pledge: Element) -> dict[str, str]:
    """Return a pledge's own words, without those of its receipts."""
    return {
        one.get(XML_LANGUAGE, "en"): one.text or ""
        for one in pledge.findall("narrative")
    }


def _of_own(pledge: Element | None) -> dict[str, Any]:
    if pledge is None:
        return {}
    told: dict[str, Any] = {"kind": pledge.get("kind", "other")}
    if pledge.get("due"):
        told["due"] = pledge.get("due")
    rate = pledge.find(f"{OWN}rate")
    if rate is not None:
        told["rate"] = {"per": rate.text or "", **rate.attrib}
    return told


def _donors(provider: Element | None, language: str) -> tuple[str, ...]:
    if provider is None:
        return ()
    named = provider.get(f"{OWN}party")
    if named:
        return tuple(named.split())
    names = _narratives(provider, language)
    told = provider.get("ref") or (names[min(names)] if names else "")
    return (_as_id(told),) if told else ()


def _plain(amount: str) -> str:
    """Return an amount without what other programs write around it.

    Examples
    --------
    >>> _plain("1000000.00"), _plain("+5")
    ('1000000.00', '5')
    """
    return amount.removeprefix("+")


def _as_id(text: str) -> str:
    """Return an id made of a name: letters, digits, '.', '_' and '-'.

    Examples
    --------
    >>> _as_id("XM-DAC-41114: Water"), _as_id("../x"), _as_id("ماء")
    ('XM-DAC-41114-Water', 'x', 'unnamed')
    """
    return _OUTSIDE.sub("-", text).strip("-._")[:64] or "unnamed"
