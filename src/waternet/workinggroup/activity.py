"""How active a group is: counted from its own record, year by year, and by member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from waternet.workinggroup.pledge_standing import list_pledges
from waternet.workinggroup.state import State
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import day_span

__all__ = ["DORMANT", "Activity", "Dormancy", "Part", "Year", "activity", "session_end"]

DORMANT = 365
"""Days without a session, or of a project in one stage, after which that is told."""

_COUNTED = {
    "sessions_called": ("session.call",),
    "sessions_cancelled": ("session.cancel",),
    "attendances": ("session.attend",),
    "texts_drafted": ("text.draft",),
    "texts_adopted": ("text.adopt",),
    "consents": ("charter.consent", "project.consent", "text.consent"),
    "objections": ("text.object",),
    "objections_lifted": ("text.lift",),
    "letters": ("letter.send", "letter.reply"),
    "projects_begun": ("project.idea",),
    "projects_moved": ("project.move",),
    "pledges_made": ("pledge.make",),
    "receipts": ("pledge.receive",),
    "tasks_set": ("task.set",),
    "tasks_done": ("task.done",),
}
"""Which acts each figure counts."""


@dataclass(frozen=True, slots=True)
class Year:
    """What was done in one calendar year.

    Attributes
    ----------
    year : int
        Of the days on which it was done; of what is known by the month or year alone,
        that year.
    acts : int
        All that count.
    sessions_held : int
        Sessions that were opened, by the year in which they began.
    decisions : int
        That chairs wrote down in closing a session.
    counts : mapping of name to int
        Of the other acts, by the name of each figure; what is not there is 0.
    """

    year: int
    acts: int
    sessions_held: int
    decisions: int
    counts: Counter[str]

    def to_json(self) -> dict[str, int]:
        """Return every figure by its name."""
        return {
            "year": self.year,
            "acts": self.acts,
            "sessions_held": self.sessions_held,
            "decisions": self.decisions,
            **{name: self.counts[name] for name in _COUNTED},
        }


@dataclass(frozen=True, slots=True)
class Part:
    """What one member did.

    Attributes
    ----------
    member : str
    acts : int
    attended, invited : int
        Sessions that were opened; to how many of them it was invited.
    tasks_done, tasks_owned : int
    """

    member: str
    acts: int
    attended: int
    invited: int
    tasks_done: int
    tasks_owned: int


@dataclass(frozen=True, slots=True)
class Dormancy:
    """That something has rested for long.

    Attributes
    ----------
    kind : str
        'group' (no session), 'project' (in one stage), 'task' or 'pledge' (overdue).
    id : str
        Of the thing; '' for the group.
    since : str
        The day from which it has rested, or on which it was due.
    days : int
        From then to the day of the account.
    """

    kind: str
    id: str
    since: str
    days: int


@dataclass(frozen=True, slots=True)
class Activity:
    """A group's activity up to a day.

    Attributes
    ----------
    day : str
        Up to which it is counted.
    years : tuple of Year
        From the first with an act to that of `day`, with those in which nothing was
        done: they are the point.
    parts : tuple of Part
        Of every member, by id.
    last_session : str
        The day on which the last one that was opened ended, or was closed earlier;
        `day`, where one is open. '' before the first.
    days_since : int or None
        From then to `day`.
    dormant : tuple of Dormancy
        The longest rest first.
    """

    day: str
    years: tuple[Year, ...]
    parts: tuple[Part, ...]
    last_session: str
    days_since: int | None
    dormant: tuple[Dormancy, ...]


def activity(state: State, day: str, dormant_after: int = DORMANT) -> Activity:
    """Return how active a group was up to a day.

    Parameters
    ----------
    state : State
        As it stood on that day: `fold(..., until=day)`.
    day : str
        As 2026-11-28.
    dormant_after : int [d]
        From when on rest is told.
    """
    today = date.fromisoformat(day)
    last = max(_ends(state, today), default=None)
    return Activity(
        day=day,
        years=tuple(_years(state, today.year)),
        parts=tuple(_parts(state)),
        last_session=last.isoformat() if last else "",
        days_since=(today - last).days if last else None,
        dormant=tuple(_dormant(state, last, today, dormant_after)),
    )


def _opened(state: State) -> Iterator[Taken]:
    """Yield the last change of each session that was opened."""
    for thing in state.of("session"):
        last = thing.last
        if last and last.value.standing in ("open", "closed"):
            yield last


def _ends(state: State, today: date) -> Iterator[date]:
    for one in _opened(state):
        yield min(session_end(one), today)


def session_end(last: Taken) -> date:
    """Return when a session ends, or ended: when it was closed, if that was earlier.

    Parameters
    ----------
    last : Taken
        The session's last change.
    """
    end = day_span(last.value.ends[:10])[1]
    return min(end, last.act.last_day) if last.value.standing == "closed" else end


def _years(state: State, last: int) -> Iterator[Year]:
    counts: dict[int, Counter[str]] = {}
    for taken in state.taken.values():
        counts.setdefault(taken.act.last_day.year, Counter())[taken.act.verb] += 1
    held: Counter[int] = Counter()
    decisions: Counter[int] = Counter()
    for one in _opened(state):
        year = day_span(one.value.begins[:10])[0].year
        held[year] += 1
        decisions[year] += len(one.value.decisions)
    for year in range(min([*counts, last]), last + 1):
        verbs = counts.get(year, Counter())
        yield Year(
            year=year,
            acts=verbs.total(),
            sessions_held=held[year],
            decisions=decisions[year],
            counts=Counter(
                {
                    name: sum(verbs[one] for one in counted)
                    for name, counted in _COUNTED.items()
                }
            ),
        )


def _parts(state: State) -> Iterator[Part]:
    acts = Counter(one.act.member for one in state.taken.values())
    attended: Counter[str] = Counter()
    invited: Counter[str] = Counter()
    for thing in state.of("session"):
        last = thing.last
        if last is None or last.value.standing not in ("open", "closed"):
            continue
        invited.update(last.value.invited)
        came = {one.act.member for one in thing.beside if _attends(one)}
        attended.update(came | set(last.value.attended))
    owned: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for thing in state.of("task"):
        if thing.value is not None:
            owned[thing.value.owner] += 1
            done[thing.value.owner] += thing.value.standing == "done"
    for member in sorted(state.roles()):
        yield Part(
            member=member,
            acts=acts[member],
            attended=attended[member],
            invited=invited[member],
            tasks_done=done[member],
            tasks_owned=owned[member],
        )


def _attends(one: Taken) -> bool:
    return one.act.verb == "session.attend"


def _dormant(
    state: State, last: date | None, today: date, longest: int
) -> list[Dormancy]:
    found = [*_overdue(state, today)]
    if last and (today - last).days > longest:
        found.append(_rest("group", "", last, today))
    for thing in state.of("project"):
        moves = [one for one in thing.standing() if _moves(one)]
        if not moves or moves[-1].value.stage == "done":
            continue
        since = moves[-1].act.last_day
        if (today - since).days > longest:
            found.append(_rest("project", thing.id, since, today))
    return sorted(found, key=lambda one: (-one.days, one.kind, one.id))


def _moves(one: Taken) -> bool:
    return one.act.verb in ("project.idea", "project.move")


def _overdue(state: State, today: date) -> Iterator[Dormancy]:
    for thing in state.of("task"):
        task = thing.value
        if task is not None and task.standing == "set":
            yield from _late("task", thing.id, task.due, today)
    for one in list_pledges(state):
        came = one.outstanding == 0 if one.outstanding is not None else one.receipts
        if one.pledge.due and not one.pledge.cancelled and not came:
            yield from _late("pledge", one.id, one.pledge.due, today)


def _late(kind: str, name: str, due: str, today: date) -> Iterable[Dormancy]:
    since = date.fromisoformat(due)
    return [_rest(kind, name, since, today)] if since < today else []


def _rest(kind: str, name: str, since: date, today: date) -> Dormancy:
    return Dormancy(kind, name, since.isoformat(), (today - since).days)
