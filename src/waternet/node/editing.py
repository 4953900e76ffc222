"""Editing a pending import: operations added to its list, and a second person's review.

The figures as they were read stay as they are; the list says what to make of them.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from waternet.errors import NotAcceptable, NotAllowed
from waternet.failpoint import failpoint
from waternet.node.edit_file import edit_lines, write_edits
from waternet.node.folder import Node
from waternet.node.pending import Pending, get_pending
from waternet.observation.datastream import Datastream
from waternet.observation.legible import without_marks
from waternet.quality.edits import Edit
from waternet.quality.replay import make_edit, verify_undo
from waternet.record.fields import write_time

__all__ = [
    "add_edit",
    "review_pending",
    "reviewed_digest",
    "undo_edit",
    "verify_review",
]


def add_edit(node: Node, name: str, **said: str) -> Edit:
    """Add an operation to the edits of a pending import.

    Parameters
    ----------
    node : Node
        Held for writing.
    name : str
        The pending import's.
    **said : str
        Of the `Edit`: 'operation', 'author', 'reason', 'datastream' (see
        `find_datastream`), 'start', 'end', 'grade', 'value', 'status'.

    Returns
    -------
    Edit
        As it was kept. The same as the last one is not added twice.

    Raises
    ------
    NotFound
        There is no such import.
    NotAcceptable
        No figure fits it, or it lacks something.
    """
    pending = get_pending(node, name)
    composed = {what: _composed(text) for what, text in said.items()}
    composed["datastream"] = find_datastream(pending, composed["datastream"]).name
    edit = Edit(**composed, made=_now())  # type: ignore[arg-type]
    if pending.edits and pending.edits[-1].says_the_same(edit):
        return pending.edits[-1]
    edit = make_edit(pending.edits, edit, pending.raw)
    _keep(pending, edit)
    return edit


def find_datastream(pending: Pending, typed: str) -> Datastream:
    """Return the one datastream of an import that is meant.

    Parameters
    ----------
    pending : Pending
    typed : str
        Its name, or a beginning of it that only one has; a party before it, as in an
        address, is passed over.

    Raises
    ------
    NotAcceptable
        None or several are; the hint names some.
    """
    short = typed.partition(":")[2] or typed
    fitting = {
        stream.name: stream
        for stream in pending.datastreams
        if stream.name == short or stream.name.startswith(f"{short}/")
    }
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    name, named = pending.folder.name, list(fitting)[:3]
    if named:
        raise NotAcceptable(
            f"{typed!r} means {len(fitting)} datastreams of {name}",
            hint=f"write one of them in full: {' or '.join(named)}",
        )
    known = [stream.name for stream in pending.datastreams]
    raise NotAcceptable(
        f"{name} has no datastream {typed!r}",
        hint=f"there are {', '.join(known[:3])}" + ", ..." * (len(known) > 3),
    )


def undo_edit(node: Node, name: str, number: int, author: str, reason: str) -> Edit:
    """Take an edit back; it stays in the list, and so does this.

    Parameters
    ----------
    node : Node
        Held for writing.
    name : str
    number : int
        From 1, as `waternet edits` lists them.
    author, reason : str

    Raises
    ------
    NotFound
        There is no such import.
    NotAcceptable
        There is no such edit.
    Conflict
        A later edit stands on it.
    """
    pending = get_pending(node, name)
    undo = Edit(
        "undo",
        author=_composed(author),
        made=_now(),
        reason=_composed(reason),
        number=number,
    )
    if pending.edits and pending.edits[-1].says_the_same(undo):
        return pending.edits[-1]
    verify_undo(pending.edits, undo, pending.raw)
    _keep(pending, undo)
    return undo


def review_pending(node: Node, name: str, reviewer: str, note: str = "") -> Edit:
    """Record that a second person looked at an import as it stands now.

    Parameters
    ----------
    node : Node
        Held for writing.
    name, reviewer, note : str

    Raises
    ------
    NotFound
        There is no such import.
    NotAllowed
        The reviewer made one of the edits.
    """
    pending = get_pending(node, name)
    reviewer = _composed(reviewer)
    if _folded(reviewer) in _authors(pending.edits):
        raise NotAllowed(
            f"{reviewer} made edits of {name}, and cannot review them",
            hint=f"let somebody else look: waternet review {name} --reviewer NAME",
        )
    digest = reviewed_digest(pending, pending.edits)
    review = Edit(
        "review", author=reviewer, made=_now(), reason=_composed(note), digest=digest
    )
    last = pending.edits[-1] if pending.edits else None
    again = last is not None and last.operation == "review"
    if last and again and replace(last, digest=digest).says_the_same(review):
        return last
    pending.judged.verify()
    _keep(pending, review)
    return review


def verify_review(pending: Pending) -> None:
    """Raise unless a second person reviewed the import after its last edit.

    Raises
    ------
    NotAllowed
        Nobody did, or what was reviewed is not what is here.
    """
    name = pending.folder.name
    hint = f"let somebody else look at it: waternet review {name} --reviewer NAME"
    last = pending.edits[-1] if pending.edits else None
    if last is None or last.operation != "review":
        since = ", or it was edited since" * bool(pending.edits)
        raise NotAllowed(
            f"{name} must be reviewed before it is published, and nobody has{since}",
            hint=hint,
        )
    if _folded(last.author) in _authors(pending.edits):
        raise NotAllowed(f"{last.author} reviewed edits of their own", hint=hint)
    if last.digest != reviewed_digest(pending, pending.edits[:-1]):
        raise NotAllowed(
            f"what {last.author} reviewed is not what is in {name} now", hint=hint
        )


def reviewed_digest(pending: Pending, edits: Sequence[Edit]) -> str:
    """Return the SHA-256 of what a reviewer looks at.

    A line with the hashes of input, recipe, rules and findings, '-' for none; then the
    lines of the edits up to here, as their blob has them. All of it stands in the
    release, so that anybody can compare.
    """
    judged, origin = pending.judged, pending.origin
    hashes = (
        origin.input_sha256,
        origin.recipe_sha256,
        judged.rules.sha256 if judged.rules else "",
        judged.findings.sha256 if judged.findings else "",
    )
    line = " ".join(one or "-" for one in hashes) + "\n"
    return hashlib.sha256(line.encode() + edit_lines(edits)).hexdigest()


def _keep(pending: Pending, edit: Edit) -> None:
    failpoint("edit.before-kept")
    write_edits(pending.folder, [*pending.edits, edit])
    failpoint("edit.kept")


def _authors(edits: Sequence[Edit]) -> set[str]:
    return {_folded(one.author) for one in edits if one.operation != "review"}


def _folded(name: str) -> str:
    """Return a name as it is compared: blanks, case and spellings of a letter aside."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", without_marks(text)).strip()


def _now() -> str:
    return write_time(datetime.now(UTC).replace(microsecond=0))
