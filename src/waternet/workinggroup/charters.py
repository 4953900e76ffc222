"""Acts about the charter: founded, proposed anew, consented to, adopted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import Check, verify_integer, verify_name
from waternet.workinggroup.act import Act
from waternet.workinggroup.charter import Charter
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.consenting import (
    CONSENT,
    REASON,
    verify_consensus,
    verify_consented_to,
    verify_own,
)
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Verb

__all__ = ["SEEN", "VERBS", "Adoption", "proposed_charter"]


@dataclass(frozen=True, slots=True)
class Adoption:
    """What the charter of a group is after a change.

    Attributes
    ----------
    charter : Charter
    in_force : bool
        Whether it was adopted; a founding act only proposes.
    """

    charter: Charter
    in_force: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"charter": self.charter.to_json(), "in_force": self.in_force}


def verify_seen(value: Any, at: str) -> None:
    """Raise unless it is a number of entries by party."""
    if not isinstance(value, Mapping) or not value:
        raise NotAcceptable(f"{at}: expected numbers of entries by party")
    for party, size in value.items():
        verify_name(party, at)
        verify_integer(size, at)


SEEN: Mapping[str, Check] = {"seen": verify_seen}


def proposed_charter(act: Act) -> Charter:
    """Return the charter that an act proposes; refuse the act where it holds none."""
    try:
        return read_charter(act.body["charter"])
    except NotAcceptable as error:
        raise Refused("unreadable-act", str(error)) from error


def _proposal(floor: Floor) -> Charter:
    found = [one.value for one in floor.named("charter.found", "charter.propose")]
    if not found:
        raise Refused("unmet-condition", "it names no charter that was proposed")
    last: Charter | Adoption = found[-1]
    return last.charter if isinstance(last, Adoption) else last


def _found(_floor: Floor, act: Act) -> Adoption:
    return Adoption(proposed_charter(act))


def _propose(_floor: Floor, act: Act) -> Charter:
    return proposed_charter(act)


def _consent(floor: Floor, act: Act) -> None:
    verify_consented_to(act, _proposal(floor).sha256)


def _dissent(floor: Floor, _act: Act) -> None:
    verify_own(floor, "charter.consent")


def _adopt(floor: Floor, act: Act) -> Adoption:
    """Adopt what is proposed in place of the charter by which that is decided."""
    if act.charter and act.on[0] != act.charter:
        told = "it is decided by the charter that it replaces: name that first"
        raise Refused("superseded-charter", told)
    charter = _proposal(floor)
    _verify_to_replace(floor)
    verify_consensus(floor, floor.charter.change, charter.sha256, "charter.consent")
    return Adoption(charter, in_force=True)


def _verify_to_replace(floor: Floor) -> None:
    """Refuse consents that were given when another charter was to be replaced.

    Who once consented to the very same words did not consent to come back to them.
    """
    base = floor.act.on[0]
    for one in floor.named("charter.consent"):
        if one.after[0] not in (base, *floor.repeated(base)):
            told = f"{one.act.member!r} consented when another charter stood"
            raise Refused("consent-not-to-this", told)


def _anywhere(_floor: Floor, _act: Act) -> str:
    return ""


def _anything(_value: Any, _at: str) -> None:
    """`read_charter` looks at it."""


_CHARTER: Mapping[str, Check] = {"charter": _anything}

VERBS = (
    Verb("charter.found", _CHARTER, "attend", True, _found, _anywhere, {}, begins=True),
    Verb("charter.propose", _CHARTER, "propose", False, _propose, _anywhere, {}),
    Verb("charter.consent", CONSENT, "attend", False, _consent, _anywhere, SEEN),
    Verb("charter.dissent", {}, "attend", False, _dissent, _anywhere, REASON),
    Verb("charter.adopt", SEEN, "attend", True, _adopt, _anywhere, {}, seals=True),
)
