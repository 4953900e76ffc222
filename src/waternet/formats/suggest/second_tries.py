"""What else a file could mean where a recipe refuses too many of its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from waternet.formats.suggest.draft import Draft, Try
from waternet.formats.suggest.gaps import GAP
from waternet.formats.suggest.proof import Proof
from waternet.formats.suggest.proposal import Understood

__all__ = ["KINDS", "Tries", "count_refused", "is_better", "share_refused"]

Tries = Mapping[str, Try]  # by the keys that answers have
_SEVERAL = 3  # equal texts in one column: no slip of the pen
_LONGEST = 30  # characters of a sign for "not reported"
_MOST = 12  # such signs in one file


def share_refused(understood: Understood | None) -> float:
    """Return which share of the cells was refused; 1 where nothing was read at all."""
    if understood is None:
        return 1.0
    cells = understood.counts.get("cells", 0)
    return count_refused(understood) / cells if cells else 0.0


def count_refused(understood: Understood) -> int:
    """Return how many cells were refused."""
    counts = understood.counts
    kept = counts.get("observations", 0) + counts.get("missing", 0)
    return counts.get("cells", 0) - kept


def is_better(other: Understood | None, first: Understood | None) -> bool:
    """Whether another try refuses at most half as much, and reads no figure less."""
    if other is None or not other.counts.get("observations", 0):
        return False
    before = first.counts.get("observations", 0) if first else 0
    fewer = share_refused(other) <= share_refused(first) / 2
    return fewer and other.counts["observations"] >= before


def other_orders(
    draft: Draft,
    written: Mapping[str, Any],  # noqa: ARG001  as each kind of try
    proof: Proof | None,
) -> Iterator[Tries]:
    """Yield the day and the month exchanged."""
    key = "time.format"
    if draft.answer(key) is not None:
        return
    question, guess = draft.questions.get(key), draft.guesses.get(key)
    forms = list(question.choices) if question else []
    if not forms and guess is not None and isinstance(guess.value, list):
        forms = guess.value[:1]
    first = str(forms[0]) if forms else ""
    if "DD" in first and "MM" in first.partition(" ")[0]:
        date, _, _ = first.partition(" ")
        swapped = date.replace("DD", "?").replace("MM", "DD").replace("?", "MM")
        other = swapped + first[len(date) :]
        yield {key: Try(other, _because(proof, f"as {first}"), first)}


def other_decimals(
    draft: Draft, written: Mapping[str, Any], proof: Proof | None
) -> Iterator[Tries]:
    """Yield the other decimal sign."""
    key = "table.decimal"
    if draft.answer(key) is None:
        sign = written.get("table", {}).get("decimal", ".")
        other = "," if sign == "." else "."
        yield {key: Try(other, _because(proof, f"with {sign!r}"), sign)}


def other_encodings(
    draft: Draft,
    written: Mapping[str, Any],  # noqa: ARG001  as each kind of try
    proof: Proof | None,
) -> Iterator[Tries]:
    """Yield the other encodings that the bytes allow."""
    key = "table.encoding"
    guess = draft.guesses.get(key)
    if guess is not None and draft.answer(key) is None:
        for other in guess.alternatives[:2]:
            why = _because(proof, f"as {guess.value}")
            yield {key: Try(str(other), why, guess.value)}


def refused_words(
    draft: Draft,
    written: Mapping[str, Any],  # noqa: ARG001  as each kind of try
    proof: Proof | None,
) -> Iterator[Tries]:
    """Yield the words that stand again and again where figures are expected."""
    total: Counter[str] = Counter()
    where: dict[str, str] = {}
    for (column, text), count in proof.refused.most_common() if proof else ():
        words = not any(sign.isdigit() for sign in text)
        if words and count >= _SEVERAL and len(text) <= _LONGEST:
            total[text] += count
            where.setdefault(text, column)
    tries = {}
    for text, count in total.most_common(_MOST):
        key = f"missing.{text}"
        if draft.answer(key) is None:
            reason = (
                f"it stands {count} times in {where[text]!r} among figures: it seems "
                "to be their owner's word for 'not reported'"
            )
            tries[key] = Try(GAP, reason, "refused", text)
    if tries:
        yield tries


def _because(proof: Proof | None, how: str) -> str:
    if proof is None:
        return f"{how} the file cannot be read"
    cells = proof.understood.counts.get("cells", 0)
    return f"{how} {count_refused(proof.understood):,} of {cells:,} cells are refused"


KINDS: tuple[
    Callable[[Draft, Mapping[str, Any], Proof | None], Iterator[Tries]], ...
] = (other_orders, other_decimals, other_encodings, refused_words)
