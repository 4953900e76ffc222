"""Charters to begin from: data that comes with the package."""

from __future__ import annotations

from importlib.resources import files

from waternet.errors import NotFound
from waternet.workinggroup.charter import Charter
from waternet.workinggroup.charter_form import from_toml

__all__ = ["list_presets", "preset", "preset_text"]

_FOLDER = files("waternet.workinggroup") / "presets"


def list_presets() -> tuple[str, ...]:
    """Return the names of the charters that come with the package.

    Examples
    --------
    >>> list_presets()[:2]
    ('bilateral-committee', 'four-four-two-one-2021')
    """
    names = (one.name for one in _FOLDER.iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


def preset(name: str) -> Charter:
    """Return a charter that comes with the package.

    Raises
    ------
    NotFound
        There is none of that name.

    Examples
    --------
    >>> [one.id for one in preset("bilateral-committee").members]
    ['party-a', 'party-b']
    """
    return from_toml(preset_text(name), f"the preset {name!r}")


def preset_text(name: str) -> str:
    """Return the file of a charter that comes with the package, to be edited.

    Raises
    ------
    NotFound
        There is none of that name.
    """
    if name not in list_presets():
        raise NotFound(
            f"there is no preset {name!r}",
            hint=f"presets: {', '.join(list_presets())}",
        )
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
