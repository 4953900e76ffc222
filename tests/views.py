"""Everything that is told of a group's state, asked for at once."""

from contextlib import suppress
from datetime import date

from waternet.errors import WaternetError
from waternet.node.group_view import overview, plain_acts, plain_thing
from waternet.workinggroup.activity import activity
from waternet.workinggroup.interchange.akn_amendment import write_text
from waternet.workinggroup.interchange.akoma_ntoso import write_collection
from waternet.workinggroup.interchange.calendar import write_calendar
from waternet.workinggroup.interchange.iati import write_activities
from waternet.workinggroup.letters import list_letters, list_replies
from waternet.workinggroup.pledge_standing import list_pledges
from waternet.workinggroup.project_standing import project_standing
from waternet.workinggroup.reminders import list_due
from waternet.workinggroup.session_record import list_sessions
from waternet.workinggroup.state import State
from waternet.workinggroup.text_standing import text_standing
from waternet.workinggroup.thing import Thing

__all__ = ["look_at"]


def look_at(state: State) -> None:
    """Ask for every view and export of a state; an error with a name may come."""
    overview(state)
    plain_acts(state)
    for thing in state.things.values():
        plain_thing(thing)
    activity(state, "2026-12-31")
    list_due(state, date(2026, 4, 1), 60)
    list_sessions(state)
    list_pledges(state)
    write_calendar(state, "he")
    write_activities(state, "2026-12-31")
    for thing in state.of("letter"):
        list_replies(thing)
    list_letters(state)
    for thing in state.of("project"):
        project_standing(state, thing, "2026-12-31")
    for thing in state.of("text"):
        _look_at_text(state, thing)


def _look_at_text(state: State, thing: Thing) -> None:
    with suppress(WaternetError):  # of a text that was begun twice nothing stands
        text_standing(state, thing)
        write_text(state, thing)
        write_collection(state, thing)
