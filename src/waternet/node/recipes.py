"""Recipes that a node keeps, so that the next file of a kind needs only a name."""

from __future__ import annotations

from pathlib import Path

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.recipe import Recipe
from waternet.node.durable import sync_folder, write_durably
from waternet.node.folder import Node
from waternet.observation.place import verify_id

__all__ = [
    "drop_recipe",
    "keep_recipe",
    "list_recipes",
    "recipe_path",
    "verify_recipe",
]

_MOST = 1 << 20  # bytes


def list_recipes(node: Node) -> list[str]:
    """Return the names of the recipes that are kept, in order."""
    return sorted(path.stem for path in _folder(node).glob("*.toml"))


def recipe_path(node: Node, name: str) -> Path:
    """Return where the recipe of that name lies.

    Raises
    ------
    NotFound
        None of that name is kept.
    NotAcceptable
        It is no name: nothing that leads elsewhere is one.
    """
    verify_id(name, "a recipe")
    path = _folder(node) / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(list_recipes(node)[:20])
        raise NotFound(
            f"this node keeps no recipe {name!r}",
            hint=f"there are {known}" if known else "it keeps none yet",
        )
    return path


def keep_recipe(node: Node, name: str, text: bytes) -> Recipe:
    """Keep a recipe under a name, in the place of what it was before.

    Parameters
    ----------
    node : Node
        Held for writing.
    name : str
    text : bytes
        TOML in UTF-8.

    Raises
    ------
    NotAcceptable
        It is no recipe; the message says why.
    """
    verify_id(name, "a recipe")
    recipe = verify_recipe(text)
    write_durably(_folder(node) / f"{name}.toml", text)
    return recipe


def drop_recipe(node: Node, name: str) -> None:
    """Keep a recipe no more.

    Raises
    ------
    NotFound
        None of that name is kept.
    """
    recipe_path(node, name).unlink()
    sync_folder(_folder(node))


def verify_recipe(text: bytes) -> Recipe:
    """Return the recipe that a text from outside is.

    A recipe says what is where in one file. It names no other file and no command:
    nothing in it is opened or run.

    Raises
    ------
    NotAcceptable
        It is too long, no text, or no recipe.
    """
    if len(text) > _MOST:
        raise NotAcceptable(
            f"a recipe of {len(text):,} bytes; at most {_MOST:,} are read",
            hint="a recipe says what a kind of file looks like, in a page or two",
        )
    try:
        return Recipe.from_toml(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotAcceptable(f"the recipe is not UTF-8: {error}") from error


def _folder(node: Node) -> Path:
    return node.folder / "recipes"
