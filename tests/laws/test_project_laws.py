"""Projects: whatever delegates do, the rules of stages, consent and linkage hold."""

from itertools import pairwise

from acting import Group, charter
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.workinggroup.fold import fold
from waternet.workinggroup.linkage import standing_blocks
from waternet.workinggroup.project import project_sha256
from waternet.workinggroup.project_standing import named_for_move
from waternet.workinggroup.stages import STAGES, STEPS

CORE = ("israel", "jordan", "palestine")
LINKAGE = {"track": "bilateral", "stages": ["execution"], "by": ["core"]}
# What is done often makes way for what is refused in many ways.
VERBS = (
    *("move", "move", "move", "consents"),
    *("block", "change", "consent", "dissent", "unblock"),
)
DOINGS = st.lists(
    st.tuples(
        st.sampled_from((*CORE, "atlas", "yonder")),
        st.sampled_from(VERBS),
        st.sampled_from(STAGES),
        st.booleans(),
    ),
    max_size=12,
)


def _do(group: Group, doing: tuple[str, str, str, bool]) -> None:
    """Do something to the project, naming what counts or not."""
    party, verb, stage, names = doing
    if verb == "consents":
        for one in CORE:
            _do(group, (one, "consent", stage, names))
        return
    state = group.fold()
    thing = state.thing("project", "laboratory")
    day = f"{group.now:%Y-%m-%d}"
    told = {
        "move": {"stage": stage, "evidence": ["minutes"], "seen": group.seen()},
        "consent": group.consent(project_sha256(thing.value)),
        "block": {"track": "bilateral", "stage": stage, "reason": "no"},
        "change": {"risks": [{"en": f"{group.now}"}], "reason": "no"},
    }.get(verb, {"reason": "no"})
    if verb == "move" and names:
        told["reason"] = "so it is"
        after = STEPS.index(thing.value.step) + 1
        told["stage"] = STEPS[min(after, len(STEPS) - 1)]
    on = [thing.last.act.id]
    if verb == "move":
        on += named_for_move(state, thing, told["stage"], day)
    if verb in ("dissent", "unblock"):
        wanted = f"project.{'consent' if verb == 'dissent' else 'block'}"
        on += [one.act.id for one in thing.beside if one.act.verb == wanted][:5]
    group.act(party, f"project.{verb}", "laboratory", told, list(dict.fromkeys(on)))


def _begun(stage: str) -> Group:
    """Make a group whose project came to a stage as it should."""
    group = Group()
    group.found(charter(linkages=[LINKAGE]))
    told = {"body": "water", "titles": {"en": "x"}, "participants": list(CORE)}
    group.act("jordan", "project.idea", "laboratory", told)
    for step in STEPS[1 : STEPS.index(stage) + 1]:
        if step == "agreed":
            _do(group, ("", "consents", "", False))
        _do(group, ("jordan", "move", "", True))
    assert group.refused() == []
    return group


@settings(max_examples=25)
@given(DOINGS)
def test_no_move_is_without_what_the_charter_demands(
    doings: list[tuple[str, str, str, bool]],
) -> None:
    group = _begun("feasibility")
    for one in doings:
        _do(group, one)
    state = group.fold()
    moves = state.thing("project", "laboratory").standing()
    for before, one in pairwise(moves):
        here, there = before.value.stage, one.value.stage
        if one.act.verb != "project.move" or "suspended" in (here, there):
            continue
        # Forward goes one step.
        assert STEPS.index(there) - STEPS.index(here) <= 1
        if (here, there) == ("feasibility", "agreed"):
            to = project_sha256(before.value)
            named = [state.taken[name].act for name in one.act.on[1:]]
            given_by = {act.member for act in named if act.body.get("to") == to}
            assert set(CORE) <= given_by
    assert fold(reversed(group.said()), group.id).sha256 == state.sha256


@settings(max_examples=20)
@given(DOINGS)
def test_a_block_of_execution_that_stands_is_never_passed(
    doings: list[tuple[str, str, str, bool]],
) -> None:
    group = _begun("funded")
    for one in [*doings, ("israel", "block", "execution", False)]:
        _do(group, one)
    standing = list(standing_blocks(group.fold().thing("project", "laboratory").beside))
    entered = len(group.logs["jordan"].said)
    for one in [("jordan", "move", "", True)] * 3:
        _do(group, one)
    thing = group.fold().thing("project", "laboratory")
    later = [
        one.value.stage
        for one in thing.changes
        if one.act.party == "jordan" and one.index >= entered
    ]
    assert standing == [] or "execution" not in later
