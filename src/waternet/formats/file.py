"""One file in, one reading out, whatever its format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from waternet.errors import NotFound
from waternet.formats.joining import join_readings
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe
from waternet.formats.registry import FORMATS

__all__ = ["read_file"]


def read_file(path: Path | str, recipe: Recipe) -> Reading:
    """Read a file as its recipe says.

    Parameters
    ----------
    path : Path or str
    recipe : Recipe

    Returns
    -------
    Reading
        Bad cells are in its `rejects`; all others were read.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        The file as a whole is not what the recipe says.
    """
    path = Path(path)
    if not path.is_file():
        raise NotFound(f"no file {path.name!r}", hint=f"looked in {path.parent}")
    # Each reader has its own library to load; one file needs one of them.
    module = import_module(f"waternet.formats.{recipe.format}")
    if FORMATS[recipe.format].family == "series" and hasattr(module, "list_series"):
        read = import_module("waternet.formats.series").read_series_file
    else:
        read = getattr(module, f"read_{recipe.format}")
    readings: list[Reading] = [read(path, part) for part in recipe.parts()]
    return join_readings(readings)
