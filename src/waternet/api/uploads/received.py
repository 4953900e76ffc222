"""What an upload brings: an agency's file under its own name, and how to read it."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from waternet.api.asked import Asked, Body
from waternet.api.uploads.multipart import FormPart, form_parts
from waternet.errors import NotAcceptable
from waternet.node.folder import Node
from waternet.node.recipes import recipe_path, verify_recipe

__all__ = ["FORM", "SAID", "Received", "received", "safe_name"]

FORM = "multipart/form-data"
SAID = ("dataset", "title", "source")
"""What may be said of a file beside its recipe."""

_FIELDS = frozenset({"file", "recipe", "recipe_name", "answers", *SAID})
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_MOST_NAME = 200  # bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it came, for as long as it is read.

    Attributes
    ----------
    file : Path
        In a folder of its own, under the name that its sender gave it.
    recipe : Path or None
        One that came with it, or that the node keeps.
    said : mapping of str to str
        Dataset, title and source, as far as they are stated.
    answers : mapping of str to str
        To the questions of a proposal.
    """

    file: Path
    recipe: Path | None
    said: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def received(asked: Asked) -> Iterator[Received]:
    """Lay what a request brings where it can be read; it is gone afterwards.

    A form brings the file and all that is said of it in fields; another body is the
    file itself, and parameters say the rest.

    Raises
    ------
    NotAcceptable
        There is no file, no such field, or the recipe is none.
    NotFound
        The node keeps no recipe of that name.
    """
    if not asked.body.size:
        raise NotAcceptable(
            "the request brings no file",
            hint="curl -F file=@levels.csv -F recipe=@levels.toml",
        )
    with TemporaryDirectory(prefix="waternet-") as name:
        folder = Path(name)
        if asked.body.media_type.lower().startswith(FORM):
            with form_parts(asked.body) as parts:
                found = _from_form(asked.node, parts, folder)
            yield found
        else:
            yield _from_body(asked, folder)


def _from_form(node: Node, parts: Mapping[str, FormPart], folder: Path) -> Received:
    unknown = sorted(set(parts) - _FIELDS)
    if unknown:
        raise NotAcceptable(
            f"the form has a field {unknown[0][:80]!r}",
            hint=f"known are {', '.join(sorted(_FIELDS))}",
        )
    if "file" not in parts:
        raise NotAcceptable(
            "the form has no field 'file'", hint="curl -F file=@levels.csv"
        )
    if {"recipe", "recipe_name"} <= set(parts):
        raise NotAcceptable("both a recipe and the name of one are given")
    file = folder / "file" / safe_name(parts["file"].file_name)
    file.parent.mkdir()
    parts["file"].write_to(file)
    recipe = None
    if "recipe" in parts:
        text = bytes(parts["recipe"].content)
        verify_recipe(text)
        recipe = folder / "recipe.toml"
        recipe.write_bytes(text)
    elif "recipe_name" in parts:
        recipe = recipe_path(node, parts["recipe_name"].text)
    said = {one: parts[one].text for one in SAID if one in parts}
    answers = _read_answers(parts["answers"].text) if "answers" in parts else {}
    return Received(file, recipe, said, answers)


def _from_body(asked: Asked, folder: Path) -> Received:
    values = asked.values
    file = folder / "file" / safe_name(values.get("file_name", ""))
    file.parent.mkdir()
    _lay(asked.body, file)
    name = values.get("recipe_name", "")
    said = {one: values[one] for one in SAID if one in values}
    return Received(file, recipe_path(asked.node, name) if name else None, said)


def _lay(body: Body, file: Path) -> None:
    """Put a body under a name; what lies on this disk already is not copied."""
    if isinstance(body.content, bytes):
        file.write_bytes(body.content)
        return
    try:
        os.link(body.content, file)
    except OSError:
        shutil.copyfile(body.content, file)


def _read_answers(text: str) -> dict[str, str]:
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotAcceptable(f"the field 'answers' is not JSON: {error}") from error
    if not isinstance(read, dict) or not all(
        isinstance(value, str) for value in read.values()
    ):
        raise NotAcceptable(
            "the field 'answers' is not an object of texts",
            hint='{"time.zone": "Asia/Amman"}',
        )
    return read


def safe_name(given: str) -> str:
    r"""Return the last part of a file's name: no folder, nothing hidden, not too long.

    Examples
    --------
    >>> safe_name("../../etc/passwd"), safe_name(r"C:\levels.xls"), safe_name("")
    ('passwd', 'levels.xls', 'upload')
    """
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    name = _UNSAFE.sub("", name).strip().lstrip(".")
    while len(name.encode()) > _MOST_NAME:
        name = name[1:]
    return name or "upload"
