"""A group's business in the formats that secretariats and donors use.

References
----------
RFC 5545 (iCalendar); IATI activity standard 2.03; Popolo 1.0.1.
"""

from __future__ import annotations

from typing import Final

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.groups.asking import AT, GROUP, TEXT, asked_state
from waternet.api.operation import Operation, Parameter
from waternet.workinggroup.interchange.calendar import write_calendar
from waternet.workinggroup.interchange.iati import write_activities
from waternet.workinggroup.interchange.popolo import write_popolo
from waternet.workinggroup.when import day_span

__all__ = ["operations"]

_GROUP: Final = "groups"
_ICS: Final = "text/calendar"
_XML: Final = "application/xml"
_JSON: Final = "application/json"
_COST: Final = 4.0
_BODY: Final = Parameter("body", TEXT, "Only of that committee or group.")
_PROJECT: Final = Parameter("project", TEXT, "Only that project, by its id.")


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    return (
        Operation(
            *("GET", "/groups/{group}/sessions.ics", "group-calendar", _GROUP),
            "Sessions and tasks as a calendar to be subscribed to.",
            _calendar,
            parameters=(GROUP, _BODY, AT),
            answers={_ICS: {}},
            cost=_COST,
        ),
        Operation(
            *("GET", "/groups/{group}/activities.xml", "group-activities", _GROUP),
            "Projects, pledges and receipts as IATI activities.",
            _activities,
            parameters=(GROUP, _PROJECT, AT),
            answers={_XML: {}},
            cost=_COST,
        ),
        Operation(
            *("GET", "/groups/{group}/members.json", "group-members", _GROUP),
            "Members, bodies, delegates, posts and sessions as Popolo.",
            _members,
            parameters=(GROUP, AT),
            answers={_JSON: {}},
            cost=_COST,
        ),
    )


def _calendar(asked: Asked) -> Answer:
    written = write_calendar(
        asked_state(asked), asked.language, asked.values.get("body", "")
    )
    return Answer(written, f"{_ICS}; charset=utf-8")


def _activities(asked: Asked) -> Answer:
    state = asked_state(asked)
    at = asked.values.get("at", "")
    day = f"{day_span(at)[1] if at else asked.now():%Y-%m-%d}"
    written = write_activities(state, day, project=asked.values.get("project", ""))
    return Answer(written, _XML)


def _members(asked: Asked) -> Answer:
    return Answer(write_popolo(asked_state(asked), asked.language), _JSON)
