"""A second person's look at a pending import, where its dataset's rule asks for one.

Who reviews neither read the file in nor edited it; who signs did not review it. What
a reviewer sends back waits for somebody to mend it, and for another look.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotVerified
from waternet.node.durable import write_durably
from waternet.node.edit_file import edit_lines
from waternet.node.editing import composed, keep_edit, moment_now
from waternet.node.folder import Node
from waternet.node.pending import Pending, get_pending
from waternet.observation.legible import verify_legible
from waternet.quality.edits import Edit

__all__ = [
    "SentBack",
    "is_sent_back",
    "list_sent_back",
    "review_pending",
    "reviewed_digest",
    "send_back",
    "verify_review",
    "verify_signer",
]

_SENT_BACK = "sent-back.json"
_MOST = 1_000  # notes
_LONGEST = 2_000  # characters


@dataclass(frozen=True, slots=True)
class SentBack:
    """Why a reviewer would not have an import published as it was.

    Attributes
    ----------
    reviewer, made, note : str
    digest : str
        Of what they looked at: once it is another, somebody mended it.
    """

    reviewer: str
    made: str
    note: str
    digest: str


def review_pending(
    node: Node, name: str, reviewer: str, note: str = "", *, seen: str = ""
) -> Edit:
    """Record that a second person looked at an import as it stands now.

    Parameters
    ----------
    node : Node
        Held for writing.
    name, reviewer, note : str
    seen : str
        `reviewed_digest` of what the reviewer was shown; '' where that is not known.

    Raises
    ------
    NotFound
        There is no such import.
    NotAllowed
        The reviewer made one of the edits, or imported the file.
    Conflict
        It is another one, or was edited, since it was shown.
    """
    pending = get_pending(node, name)
    reviewer = composed(reviewer)
    _verify_second(pending, reviewer)
    _verify_seen(pending, seen)
    digest = reviewed_digest(pending, pending.edits)
    review = Edit(
        "review",
        author=reviewer,
        made=moment_now(),
        reason=composed(note),
        digest=digest,
    )
    last = pending.edits[-1] if pending.edits else None
    again = last is not None and last.operation == "review"
    again = again and not is_sent_back(pending)
    if last and again and replace(last, digest=digest).says_the_same(review):
        return last
    pending.judged.verify()
    keep_edit(pending, review)
    return review


def send_back(
    node: Node, name: str, reviewer: str, note: str, *, seen: str = ""
) -> SentBack:
    """Record that a reviewer would not have an import published as it stands now.

    The note stays with the import, and is not published.

    Parameters
    ----------
    node : Node
        Held for writing.
    name, reviewer, note, seen : str
        As of `review_pending`.

    Raises
    ------
    NotFound
        There is no such import.
    NotAllowed
        The reviewer made one of the edits, or imported the file.
    Conflict
        It is another one, or was edited, since it was shown.
    NotAcceptable
        The note says nothing, or too much.
    """
    pending = get_pending(node, name)
    reviewer, note = composed(reviewer), composed(note)
    _verify_second(pending, reviewer)
    _verify_seen(pending, seen)
    if not reviewer or not note or len(note) > _LONGEST:
        raise NotAcceptable(
            f"expected who sends {name} back, and why, in {_LONGEST:,} letters at most"
        )
    verify_legible(note, "the note")
    verify_legible(reviewer, "the reviewer")
    digest = reviewed_digest(pending, pending.edits)
    said = SentBack(reviewer, moment_now(), note, digest)
    before = list_sent_back(pending)[-_MOST + 1 :]
    written = json.dumps([asdict(one) for one in (*before, said)], ensure_ascii=False)
    write_durably(pending.folder / _SENT_BACK, written.encode())
    return said


def list_sent_back(pending: Pending) -> list[SentBack]:
    """Return why an import was sent back, in order.

    Raises
    ------
    NotVerified
        What is kept of it is damaged.
    """
    path = pending.folder / _SENT_BACK
    if not path.exists():
        return []
    try:
        return [SentBack(**one) for one in json.loads(path.read_bytes())]
    except (ValueError, TypeError) as error:
        raise NotVerified(
            f"what reviewers said of {pending.folder.name} is damaged",
            hint=f"delete {path.name} in its folder, and let it be reviewed anew",
        ) from error


def is_sent_back(pending: Pending) -> bool:
    """Return whether an import is still as it was when a reviewer sent it back."""
    said = list_sent_back(pending)
    return bool(said) and said[-1].digest == reviewed_digest(pending, pending.edits)


def verify_review(pending: Pending) -> None:
    """Raise unless a second person reviewed the import after its last edit.

    Raises
    ------
    NotAllowed
        Nobody did, it was sent back, or what was reviewed is not what is here.
    """
    name = pending.folder.name
    if is_sent_back(pending):
        last_said = list_sent_back(pending)[-1]
        raise NotAllowed(
            f"{last_said.reviewer} sent {name} back: {last_said.note}",
            hint="edit it, or import the file anew; then let it be reviewed again",
        )
    hint = f"let somebody else look at it: waternet review {name} --reviewer NAME"
    last = pending.edits[-1] if pending.edits else None
    if last is None or last.operation != "review":
        since = ", or it was edited since" * bool(pending.edits)
        raise NotAllowed(
            f"{name} must be reviewed before it is published, and nobody has{since}",
            hint=hint,
        )
    if _folded(last.author) in _hands(pending):
        raise NotAllowed(f"{last.author} reviewed edits of their own", hint=hint)
    if last.digest != reviewed_digest(pending, pending.edits[:-1]):
        raise NotAllowed(
            f"what {last.author} reviewed is not what is in {name} now", hint=hint
        )


def verify_signer(pending: Pending, signer: str) -> None:
    """Raise where who would sign an import is who approved it.

    Raises
    ------
    NotAllowed
    """
    last = pending.edits[-1] if pending.edits else None
    if last is None or last.operation != "review":
        return
    if _folded(last.author) == _folded(signer):
        name = pending.folder.name
        raise NotAllowed(
            f"{last.author} reviewed {name}, and cannot sign it as well",
            hint="let another steward publish it, or another person review it",
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


def _verify_second(pending: Pending, reviewer: str) -> None:
    """Raise unless somebody is neither who imported a file nor who edited it."""
    name, folded = pending.folder.name, _folded(reviewer)
    hint = f"let somebody else look: waternet review {name} --reviewer NAME"
    if folded in _authors(pending.edits):
        raise NotAllowed(
            f"{reviewer} made edits of {name}, and cannot review them", hint=hint
        )
    if folded in _hands(pending):
        raise NotAllowed(f"{reviewer} imported {name}, and cannot review it", hint=hint)


def _verify_seen(pending: Pending, seen: str) -> None:
    """Raise where an import is not as it was shown; a review since then is no matter.

    Who sends a form twice reviewed it by the first.
    """
    digests = [reviewed_digest(pending, pending.edits)]
    digests += [one.digest for one in pending.edits[-1:] if one.operation == "review"]
    if seen and seen not in digests:
        raise Conflict(
            f"{pending.folder.name} was edited since it was shown",
            hint="look at it again, then say what you think of it",
        )


def _hands(pending: Pending) -> set[str]:
    """Return who had a hand in an import: who edited it, and who brought the file.

    A file that was imported by command tells no name.
    """
    return _authors(pending.edits) | {_folded(name) for name in pending.origin.hands}


def _authors(edits: Sequence[Edit]) -> set[str]:
    return {_folded(one.author) for one in edits if one.operation != "review"}


def _folded(name: str) -> str:
    """Return a name as it is compared: blanks, case and spellings of a letter aside."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
