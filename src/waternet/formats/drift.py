"""Whether a file still has the headings that its recipe was written for."""

from __future__ import annotations

from collections.abc import Sequence

from waternet.formats.cells import unique_headings
from waternet.formats.moments import compile_moment
from waternet.formats.reading import Reject
from waternet.formats.recipe import Recipe

__all__ = ["find_drift"]


def find_drift(
    file: str, sheet: str, headings: Sequence[str], recipe: Recipe
) -> list[Reject]:
    """Compare a file's headings with those that the recipe lists.

    Parameters
    ----------
    file, sheet : str
    headings : sequence of str
        All of the file's, as `unique_headings` writes them.
    recipe : Recipe
        Without `[table] headings` nothing is compared. In a wide grid times come and
        go with every file.

    Returns
    -------
    list of Reject
        Notices: what is new, what is gone, and if the others stand in another order.
    """
    if not recipe.table.headings:
        return []
    expected = unique_headings(recipe.table.headings)
    if recipe.time.headings:
        expected = _without_times(expected, recipe)
        headings = _without_times(headings, recipe)
    found = [
        (name, "a column that was not there when the recipe was written")
        for name in headings
        if name not in expected
    ]
    found += [
        (name, "this column was there when the recipe was written, and is gone")
        for name in expected
        if name not in headings
    ]
    then = [name for name in expected if name in headings]
    now = [name for name in headings if name in expected]
    moved = next((new for old, new in zip(then, now, strict=True) if old != new), "")
    if moved:
        reason = "columns stand in another order than when the recipe was written; "
        found.append((moved, reason + "they are read by their headings"))
    return [Reject(file, sheet, 0, name, "", reason, lost=0) for name, reason in found]


def _without_times(headings: Sequence[str], recipe: Recipe) -> list[str]:
    time = recipe.time
    read = compile_moment(time.headings, time.month_names, time.pivot_year)
    kept = []
    for heading in headings:
        try:
            read(heading)
        except ValueError:
            kept.append(heading)
    return kept
