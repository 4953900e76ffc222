"""No act, whatever its body holds, keeps a node from telling what stands.

A node that stops at one act would let whoever signs it blank the state for everybody.
"""

import random
from copy import deepcopy
from typing import Any

import pytest
from acting import Group
from drafting import found, silent, words
from hypothesis import given, settings
from hypothesis import strategies as st
from views import look_at

from waternet.workinggroup.refusal import NEXT_STEP
from waternet.workinggroup.verbs import VERBS

_SHA = "ab" * 32
_PLAIN = (
    "", "p1", "israel", "nobody", "water", "declaration", "2026-04-01", "2026-04",
    "0001-01-01", "9999-12-31", "2026-04-01T08:00:00Z", "1e9", "12.50", "-1", "USD",
    "silence", "agreed", "done", "execution", "session", "feasibility", "text",
    "project", "answers", "accepts", "letter", "proposal", "open", "there", "missing",
    "idea", "suspended", "examined", "not examined", "Asia/Amman", "Nowhere/None",
    "text/plain", _SHA, "bilateral", "\u202e", "x" * 300, 0, 1, -1, 1 << 50,
    (1 << 53) - 1,
    True,
    None,
)  # fmt: skip


def _value(chance: random.Random, ids: list[str], depth: int = 0) -> Any:
    """Return something that a field may hold, near to a form or far from it."""
    kind = chance.random()
    if kind < 0.5 or depth > 3:
        return chance.choice((*_PLAIN, *ids))
    if kind < 0.6:
        return words(chance.choice(("well", "other")))
    if kind < 0.8:
        made = [_value(chance, ids, depth + 1) for _ in range(chance.randint(0, 3))]
        return made * chance.choice((1, 1, 2, 3))
    names = chance.sample(_NAMES, chance.randint(0, 5))
    return {name: _value(chance, ids, depth + 1) for name in names}


_NAMES = sorted(
    {name for verb in VERBS.values() for name in (*verb.fields, *verb.optional)}
    | {"id", "names", "kind", "amount", "per", "source", "longitude", "latitude"}
    | {"root", "party", "share", "access", "need", "entries", "entry", "acts", "en"}
)


def _body(chance: random.Random, verb: str, ids: list[str]) -> dict[str, Any]:
    """Return a body of a verb: of its form, with one field or another gone wrong."""
    told = dict(_GOOD.get(verb, {}))
    names = [*VERBS[verb].fields, *VERBS[verb].optional]
    for name in names:
        missing = name not in told and name in VERBS[verb].fields
        if missing or chance.random() < 0.3:
            told[name] = _value(chance, ids)
    for name, held in told.items():
        if isinstance(held, list) and chance.random() < 0.2:
            told[name] = held * 2
        if type(held) is int and chance.random() < 0.2:
            told[name] = (1 << 53) - 1
    if chance.random() < 0.1:
        told.pop(chance.choice(sorted(told)), None) if told else None
    return told


_ITEM = {"id": "one", "titles": words()}
_GOOD: dict[str, dict[str, Any]] = {
    "text.draft": {
        "body": "water",
        "titles": words(),
        "paragraphs": [{"id": "p1", "words": words()}],
    },
    "text.amend": {
        "paragraphs": [{"id": "p2", "words": words()}],
        "remove": ["p1"],
        "reason": "x",
    },
    "text.object": {"paragraph": "p1", "words": words()},
    "text.reserve": {"paragraph": "p1", "words": words()},
    "session.call": {
        "body": "water",
        "titles": words(),
        "sort": "session",
        "from": "2026-04-01",
        "to": "2026-04-02",
        "place": words(),
        "agenda": [_ITEM],
    },
    "session.close": {
        "minutes": {"en": ["All."]},
        "decisions": [{"id": "one", "words": words()}],
        "seen": {"atlas": 3},
    },
    "task.set": {
        "body": "water",
        "titles": words(),
        "owner": "israel",
        "due": "2026-09-01",
    },
    "letter.send": {
        "to": ["israel", "jordan"],
        "titles": words(),
        "words": {"en": ["Dear all."]},
        "sort": "letter",
    },
    "letter.reply": {"answer": "accepts", "words": {"en": ["Yes."]}},
    "project.idea": {
        "body": "water",
        "titles": words(),
        "participants": ["israel", "jordan"],
    },
    "project.move": {"stage": "defined", "evidence": ["x"], "seen": {"atlas": 3}},
    "pledge.make": {"titles": words(), "amount": "12", "currency": "USD"},
    "pledge.receive": {"amount": "1", "on": "2026-03-02", "evidence": ["x"]},
    "charter.propose": {"charter": silent(days=3_650)},
    "charter.consent": {"to": _SHA, "expires": "2026-12-31"},
}


def _begun() -> tuple[Group, dict[str, list[str]]]:
    """Return a group with a thing of most kinds, and the acts of each."""
    group = found()
    acts = {"charter": [group.id, group.charter], "member": []}
    for verb, told in _GOOD.items():
        kind = verb.partition(".")[0]
        if VERBS[verb].begins:
            acts[kind] = [group.act("jordan", verb, kind, told)]
    assert group.refused() == []
    return group, acts


@settings(max_examples=20)
@given(seed=st.integers(0, 1 << 30))
def test_an_act_of_any_body_is_taken_or_refused_by_name(seed):
    chance = random.Random(seed)
    group, acts = _begun()
    for _ in range(40):
        verb = chance.choice(sorted(VERBS))
        kind = verb.partition(".")[0]
        ids = [one for held in acts.values() for one in held]
        on = [] if VERBS[verb].begins else chance.sample(acts.get(kind, []) or ids, 1)
        on += [one for one in chance.sample(ids, min(2, len(ids))) if one not in on]
        party = chance.choice(("atlas", "israel", "jordan"))
        done = group.act(party, verb, kind, _body(chance, verb, ids), on)
        acts.setdefault(kind, []).append(done)
    state = group.fold()
    assert {one.name for one in state.refusals} <= set(NEXT_STEP)
    assert len(state.sha256) == 64
    look_at(state)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_body_that_is_empty_or_full_of_nothing_is_refused_by_name(verb):
    group, acts = _begun()
    kind = verb.partition(".")[0]
    on = [] if VERBS[verb].begins else acts.get(kind, [group.charter])[:1]
    names = [*VERBS[verb].fields, *VERBS[verb].optional]
    for value in ("", None, [], {}, 0, [[]], {"": ""}, [None], "x", [{}]):
        group.act("israel", verb, kind, dict.fromkeys(names, value), on)
    group.act("israel", verb, kind, {}, on)
    assert set(group.refused()) <= set(NEXT_STEP)


def _lists(told: Any, path: tuple = ()) -> list[tuple]:
    """Return where in a body there are lists with something in them."""
    found = [path] if isinstance(told, list) and told else []
    items = told.items() if isinstance(told, dict) else ()
    items = enumerate(told) if isinstance(told, list) else items
    return found + [one for name, held in items for one in _lists(held, (*path, name))]


_FULL: dict[str, dict[str, Any]] = {
    **_GOOD,
    "text.adopt": {"seen": {"atlas": 1}, "disagreed": ["p1"]},
    "session.attend": {
        "delegates": [{"names": {"en": "Envoy"}, "offices": ["minister"]}],
    },
    "session.close": {
        "minutes": {"en": ["All."]},
        "decisions": [{"id": "one", "words": words(), "acts": [_SHA]}],
        "seen": {"atlas": 3},
    },
    "project.change": {
        "sponsors": ["israel"],
        "milestones": [{"id": "one", "titles": words(), "due": "2026-09-01"}],
        "reason": "x",
    },
    "feasibility.record": {
        "about": {"kind": "text", "root": _SHA},
        "question": words(),
        "needs": [
            {
                "id": "one",
                "observed_property": "levels",
                "from": "2026-01-01",
                "to": "2026-02-01",
                "parties": ["israel"],
            }
        ],
        "found": [
            {
                "need": "one",
                "party": "israel",
                "share": "1",
                "access": "open",
                "entries": [1],
            }
        ],
        "verdict": "there",
        "inputs": [{"party": "israel", "entry": 1, "sha256": _SHA}],
        "balance": "examined",
    },
}
_LISTS = [(verb, path) for verb, told in sorted(_FULL.items()) for path in _lists(told)]


@pytest.mark.parametrize(("verb", "path"), _LISTS)
def test_a_list_that_holds_everything_twice_stops_no_node(verb, path):
    """Of the lists of every form; those of ids, moreover, name none of them twice."""
    group, acts = _begun()
    told = deepcopy(_FULL[verb])
    held: Any = told
    for name in path:
        held = held[name]
    held *= 2
    kind = verb.partition(".")[0]
    on = [] if VERBS[verb].begins else acts.get(kind, [group.charter])[:1]
    done = group.act("jordan", verb, f"{kind}-again", told, on)
    if not VERBS[verb].begins:
        done = group.act("jordan", verb, kind, told, on)
    state = group.fold()
    refused = {one.act: one.name for one in state.refusals}
    if all(isinstance(one, str) for one in held) and path[-1] not in _WORDS:
        assert refused[done] == "unreadable-act"
    look_at(state)


_WORDS = {"evidence", "en"}
"""Lists of plain words, which may say a thing twice."""
