"""Editing a pending import: operations added to its list.

The figures as they were read stay as they are; the list says what to make of them.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from waternet.errors import NotAcceptable
from waternet.failpoint import failpoint
from waternet.node.edit_file import write_edits
from waternet.node.folder import Node
from waternet.node.pending import Pending, get_pending
from waternet.observation.datastream import Datastream
from waternet.observation.legible import without_marks
from waternet.quality.edits import Edit
from waternet.quality.replay import make_edit, verify_undo
from waternet.record.fields import write_time

__all__ = [
    "add_edit",
    "composed",
    "find_datastream",
    "keep_edit",
    "moment_now",
    "undo_edit",
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
    told = {what: composed(text) for what, text in said.items()}
    told["datastream"] = find_datastream(pending, told["datastream"]).name
    edit = Edit(**told, made=moment_now())  # type: ignore[arg-type]
    if pending.edits and pending.edits[-1].says_the_same(edit):
        return pending.edits[-1]
    edit = make_edit(pending.edits, edit, pending.raw)
    keep_edit(pending, edit)
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
        author=composed(author),
        made=moment_now(),
        reason=composed(reason),
        number=number,
    )
    if pending.edits and pending.edits[-1].says_the_same(undo):
        return pending.edits[-1]
    verify_undo(pending.edits, undo, pending.raw)
    keep_edit(pending, undo)
    return undo


def keep_edit(pending: Pending, edit: Edit) -> None:
    """Add an operation to the list of an import, durably."""
    failpoint("edit.before-kept")
    write_edits(pending.folder, [*pending.edits, edit])
    failpoint("edit.kept")


def composed(text: str) -> str:
    """Return typed words as an edit holds them: in normal form C, without marks."""
    return unicodedata.normalize("NFC", without_marks(text)).strip()


def moment_now() -> str:
    """Return the time as an edit states it."""
    return write_time(datetime.now(UTC).replace(microsecond=0))
