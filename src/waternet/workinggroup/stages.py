"""The stages of a project, and the steps between them."""

from __future__ import annotations

from waternet.workinggroup.refusal import Refused

__all__ = ["STAGES", "STEPS", "SUSPENDED", "is_forward", "verify_step"]

STEPS = ("idea", "defined", "feasibility", "agreed", "funded", "execution", "done")
"""In their order: a project goes on by one step at a time."""

SUSPENDED = "suspended"
"""Where a project rests until it is resumed to the step where it was."""

STAGES = (*STEPS, SUSPENDED)


def verify_step(stage: str, rests_at: str, to: str, *, reasoned: bool) -> None:
    """Refuse a move that is no step.

    Forward goes one step. Back goes any number, with a reason. What is suspended, with
    a reason, is resumed to where it was. What is done stays done.

    Parameters
    ----------
    stage : str
        Where the project stands.
    rests_at : str
        The step at which it was suspended; '' where it is not.
    to : str
    reasoned : bool
        Whether a reason is given.

    Raises
    ------
    Refused
        'not-open': there is no such step from here; 'unmet-condition': it takes a
        reason.

    Examples
    --------
    >>> verify_step("idea", "", "defined", reasoned=False)
    >>> verify_step("idea", "", "agreed", reasoned=True)
    Traceback (most recent call last):
    waternet.workinggroup.refusal.Refused: not-open: from 'idea' to 'agreed': expected \
'defined', 'suspended'
    """
    if stage == SUSPENDED:
        allowed = [rests_at]
    elif stage == STEPS[-1]:
        allowed = []
    else:
        at = STEPS.index(stage)
        allowed = [*STEPS[:at], STEPS[at + 1], SUSPENDED]
    if to not in allowed:
        told = ", ".join(map(repr, allowed)) or "no move, it is the end"
        raise Refused("not-open", f"from {stage!r} to {to!r}: expected {told}")
    if not reasoned and stage != SUSPENDED and not is_forward(stage, to):
        told = f"a move from {stage!r} to {to!r} takes a reason"
        raise Refused("unmet-condition", told)


def is_forward(stage: str, to: str) -> bool:
    """Return whether a move goes on: to the next step, or from where it rested.

    Examples
    --------
    >>> is_forward("funded", "execution"), is_forward("execution", "funded")
    (True, False)
    """
    if SUSPENDED in (stage, to):
        return stage == SUSPENDED
    return STEPS.index(to) > STEPS.index(stage)
