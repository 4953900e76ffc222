"""Uploads: an agency's file and its recipe become a pending import, signed by nobody.

What is taken is checked, and waits for ``waternet publish``. Nothing of it is in the
bank before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.operation import JSON, Operation, Parameter
from waternet.api.uploads.received import FORM, SAID, received
from waternet.api.uploads.report import address_of, plain_pending, plain_report
from waternet.api.uploads.schemas import (
    BINARY,
    FIELDS,
    FILES,
    LIST,
    NAMES,
    REPORT,
    WAITING,
)
from waternet.errors import NotAcceptable, NotFound
from waternet.node.importing import import_file
from waternet.node.pending import Pending, discard_pending, list_pending
from waternet.node.proposing import plain_proposal, propose_bounded
from waternet.node.recipes import (
    drop_recipe,
    keep_recipe,
    list_recipes,
    recipe_path,
)

__all__ = ["operations"]

_GROUP: Final = "upload"
_MOST: Final = 512 << 20  # bytes: some ten million rows of CSV; larger, by command
_MOST_RECIPE: Final = 1 << 20
_SMALL: Final = 8 << 20  # bytes of plain text that are read in this process
_PENDING: Final = re.compile(r"[0-9]{4,9}-[^/\x00]{1,200}")
_SAID: Final = tuple(
    Parameter(name, {"type": "string", "maxLength": 1_000}, about)
    for name, about in (
        ("file_name", "What the file is called, where it is the body itself."),
        ("recipe_name", "A recipe that the node keeps, where it is the body itself."),
        ("dataset", "Overrides the recipe's."),
        ("title", "Names the release."),
        ("source", "Citation: where it stands."),
    )
)
_ONE: Final = Parameter(
    "pending",
    {"type": "string", "maxLength": 210},
    "The pending import's name.",
    "path",
    True,
)
_NAME: Final = Parameter(
    "name", {"type": "string", "maxLength": 64}, "The recipe's name.", "path", True
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this interface."""
    return (*_uploads(), *_recipes())


def _uploads() -> tuple[Operation, ...]:
    taken = {FORM: FIELDS, **dict.fromkeys(FILES, BINARY)}
    return (
        _operation(
            *("POST", "/upload", "upload"),
            "Take an agency's file with a recipe; it waits to be published.",
            _take,
            _SAID,
            answers={JSON: REPORT},
            body=taken,
            most_body=_MOST,
        ),
        _operation(
            *("POST", "/upload/suggest", "upload-suggest"),
            "Propose a recipe for a file; nothing is kept.",
            _suggest,
            _SAID,
            answers={JSON: {"type": "object"}},
            body=taken,
            most_body=_MOST,
        ),
        _operation(
            *("GET", "/upload", "upload-list"),
            "What waits to be published.",
            _list,
            answers={JSON: LIST},
        ),
        _operation(
            *("GET", "/upload/{pending}", "upload-pending"),
            "One import that waits to be published.",
            _show,
            (_ONE,),
            answers={JSON: WAITING},
        ),
        _operation(
            *("GET", "/upload/{pending}/rejects", "upload-rejects"),
            "Every cell that could not be read, by row and column.",
            _rejects,
            (_ONE,),
            answers={"text/csv": {}},
        ),
        _operation(
            *("DELETE", "/upload/{pending}", "upload-discard"),
            "Drop an import that waits to be published.",
            _discard,
            (_ONE,),
        ),
    )


def _recipes() -> tuple[Operation, ...]:
    kinds = ("application/toml", "text/plain", "application/octet-stream")
    return (
        _operation(
            *("GET", "/recipes", "recipes"),
            "The recipes that the node keeps.",
            lambda asked: json_answer(list_recipes(asked.node)),
            answers={JSON: NAMES},
        ),
        _operation(
            *("GET", "/recipes/{name}", "recipe"),
            "One recipe, as TOML.",
            _show_recipe,
            (_NAME,),
            answers={"application/toml": {}},
        ),
        _operation(
            *("PUT", "/recipes/{name}", "recipe-keep"),
            "Keep a recipe under a name.",
            _keep_recipe,
            (_NAME,),
            answers={JSON: {"type": "object"}},
            body=dict.fromkeys(kinds, BINARY),
            most_body=_MOST_RECIPE,
        ),
        _operation(
            *("DELETE", "/recipes/{name}", "recipe-drop"),
            "Keep a recipe no more.",
            _drop_recipe,
            (_NAME,),
        ),
    )


def _operation(
    method: str,
    path: str,
    name: str,
    about: str,
    answer: Callable[[Asked], Answer],
    parameters: tuple[Parameter, ...] = (),
    **more: Any,
) -> Operation:
    return Operation(
        method,
        path,
        name,
        _GROUP,
        about,
        answer,
        parameters=parameters,
        role="steward",
        reads_bank=False,
        **more,
    )


def _take(asked: Asked) -> Answer:
    with received(asked) as came:
        if came.recipe is None:
            raise NotAcceptable(
                f"{came.file.name} came without a recipe",
                hint="add one (recipe, or recipe_name of one that the node keeps); "
                "POST /upload/suggest proposes one",
            )
        # A large text would hold up whoever else is answered by this process.
        apart = came.file.stat().st_size > _SMALL
        dataset, title, source = (came.said.get(name, "") for name in SAID)
        with asked.node.writing():
            report = import_file(
                asked.node,
                came.file,
                came.recipe,
                apart=apart,
                dataset=dataset,
                title=title,
                source=source,
            )
    answer = json_answer(plain_report(asked.url, report), status=201)
    headers = {"location": address_of(asked.url, report.pending)}
    return Answer(answer.content, answer.media_type, 201, headers)


def _suggest(asked: Asked) -> Answer:
    with received(asked) as came:
        dataset = came.said.get("dataset", "")
        proposal = propose_bounded(came.file, came.answers, dataset)
    return json_answer(plain_proposal(proposal))


def _list(asked: Asked) -> Answer:
    return json_answer([plain_pending(one) for one in list_pending(asked.node)])


def _show(asked: Asked) -> Answer:
    return json_answer(plain_pending(_pending(asked)))


def _rejects(asked: Asked) -> Answer:
    file = _pending(asked).folder / "rejects.csv"
    content = file.read_bytes() if file.is_file() else b"file,sheet,row,column\n"
    headers = {"content-disposition": 'attachment; filename="rejects.csv"'}
    return Answer(content, "text/csv; charset=utf-8", headers=headers)


def _discard(asked: Asked) -> Answer:
    name = _name_of(asked)
    with asked.node.writing():
        discard_pending(asked.node, name)
    return Answer(b"", "", 204)


def _show_recipe(asked: Asked) -> Answer:
    content = recipe_path(asked.node, asked.path["name"]).read_bytes()
    return Answer(content, "application/toml")


def _keep_recipe(asked: Asked) -> Answer:
    name = asked.path["name"]
    with asked.node.writing():
        recipe = keep_recipe(asked.node, name, asked.body.read())
    return json_answer(
        {"name": name, "format": recipe.format, "dataset": recipe.dataset}
    )


def _drop_recipe(asked: Asked) -> Answer:
    with asked.node.writing():
        drop_recipe(asked.node, asked.path["name"])
    return Answer(b"", "", 204)


def _pending(asked: Asked) -> Pending:
    name = _name_of(asked)
    for one in list_pending(asked.node):
        if one.folder.name == name:
            return one
    raise _none(name)


def _name_of(asked: Asked) -> str:
    name = asked.path["pending"]
    if not _PENDING.fullmatch(name):
        raise _none(name)
    return name


def _none(name: str) -> NotFound:
    return NotFound(
        f"no pending import {name[:80]!r}", hint="GET /upload lists what waits"
    )
