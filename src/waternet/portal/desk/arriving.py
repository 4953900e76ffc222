"""Files that come to the Desk: sent, understood, asked about, imported or dropped."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from waternet.api.answer import Answer
from waternet.api.operation import Operation, Parameter
from waternet.api.uploads.received import safe_name
from waternet.errors import Conflict, NotAcceptable
from waternet.node.inbox import (
    Arrived,
    drop_arrived,
    get_arrived,
    receive_file,
    say_of_arrived,
)
from waternet.node.pending import list_pending
from waternet.node.recipes import list_recipes
from waternet.portal.desk.entrance import (
    NO_STORE,
    TOOLS,
    acting_name,
    is_nameless,
)
from waternet.portal.desk.overview import plain_arrived
from waternet.portal.desk.understood import explain
from waternet.portal.desk.work import Work
from waternet.portal.page import View, Visit, order, page, see_other

__all__ = ["arriving_operations"]

MOST_FILE: Final = 512 << 20  # bytes, as POST /upload takes
_FILE: Final = Parameter(
    "file",
    {"type": "string", "maxLength": 40},
    "The number under which a file waits.",
    "path",
    True,
)
_SAID: Final = ("dataset", "title", "source", "recipe")
_ANSWER: Final = "answer."  # before the key of a question, in a field's name


def arriving_operations(work: Work) -> tuple[Operation, ...]:
    """Return the page of a file that came, and what can be done with it."""
    return (
        order(
            *("/desk/files", "desk-send"),
            "Take a file in, to be understood and imported.",
            partial(_take, work),
            role="steward",
            most_body=MOST_FILE + (1 << 16),
            reads_bank=False,
        ),
        page(
            *("/desk/files/{file}", "desk-file"),
            "What was understood of a file that came, and what is open.",
            _show,
            parameters=(_FILE,),
            role="steward",
            reads_bank=False,
        ),
        order(
            *("/desk/files/{file}/say", "desk-file-say"),
            "Answer what only the owner of a file can say.",
            partial(_say, work),
            parameters=(_FILE,),
            role="steward",
            reads_bank=False,
        ),
        order(
            *("/desk/files/{file}/import", "desk-file-import"),
            "Import a file as it was understood; it waits to be published.",
            partial(_import, work),
            parameters=(_FILE,),
            role="steward",
            reads_bank=False,
        ),
        order(
            *("/desk/files/{file}/drop", "desk-file-drop"),
            "Drop a file that came.",
            _drop,
            parameters=(_FILE,),
            role="steward",
            reads_bank=False,
        ),
    )


def _take(work: Work, visit: Visit) -> Answer:
    part = visit.form.files.get("file")
    if part is None or not len(part.content):
        raise NotAcceptable("no file was chosen", hint="choose one, then send it")
    recipe = visit.form.text("recipe")
    who, name = acting_name(visit), safe_name(part.file_name)
    arrived = receive_file(visit.node, name, part.write_to, who)
    said = {"recipe": recipe} if recipe else _only_dataset(visit)
    if said:
        arrived = say_of_arrived(visit.node, arrived.number, said, who)
    if not recipe:
        work.understand(arrived)
    return see_other(visit, f"/desk/files/{arrived.number}")


def _only_dataset(visit: Visit) -> dict[str, str]:
    """Return which dataset a file belongs to, where the node has no other."""
    known = visit.node.profile.datasets
    return {"dataset": known[0].id} if len(known) == 1 else {}


def _show(visit: Visit) -> View:
    visit.asked.now()  # no cache keeps it
    arrived = _asked_for(visit)
    told = plain_arrived(arrived)
    proposal = arrived.state.get("proposal")
    datasets = [
        {"id": one.id, "names": dict(one.names)} for one in visit.node.profile.datasets
    ]
    known = [one.id for one in visit.node.profile.datasets]
    data: dict[str, Any] = {
        "file": told,
        "understood": explain(proposal, known, visit.language) if proposal else None,
        "recipes": list_recipes(visit.node),
        "datasets": datasets,
        "same": _same_file(visit, arrived),
    }
    title = visit.language.gettext("File: %(name)s") % {"name": arrived.name}
    more = {**TOOLS, "is_nameless": is_nameless(visit)}
    return View("desk/file.html", title, data, more, headers=NO_STORE)


def _say(work: Work, visit: Visit) -> Answer:
    arrived = _asked_for(visit)
    form = visit.form
    said: dict[str, Any] = {
        name: form.text(name) for name in _SAID if name in form.fields
    }
    said["answers"] = dict(arrived.answers)
    for name in form.fields:
        if name.startswith(_ANSWER) and form.text(name):
            said["answers"][name.removeprefix(_ANSWER)] = form.text(name)
    if key := form.text("key"):
        said["answers"][key] = form.text("value")
    for key in [key for key, text in said["answers"].items() if not text]:
        del said["answers"][key]
    if dataset := said["answers"].pop("dataset", ""):
        said["dataset"] = dataset
    changed = say_of_arrived(visit.node, arrived.number, said, acting_name(visit))
    if not changed.recipe:
        work.understand(changed)
    return see_other(visit, f"/desk/files/{arrived.number}")


def _import(work: Work, visit: Visit) -> Answer:
    arrived = _asked_for(visit)
    if arrived.is_worked_on:
        raise Conflict("this file is being read just now", hint="wait for its page")
    if not (arrived.dataset or arrived.recipe):
        raise NotAcceptable(
            "it is not said to which dataset the figures belong",
            hint="choose one on the file's page, and have it read so",
        )
    who, keep_as = acting_name(visit), visit.form.text("keep_as")
    work.take_in(visit.node, arrived, who, keep_as)
    imported = _asked_for(visit).imported
    if imported:
        return see_other(visit, f"/desk/imports/{imported}")
    return see_other(visit, f"/desk/files/{arrived.number}")


def _drop(visit: Visit) -> Answer:
    drop_arrived(visit.node, visit.asked.path["file"])
    return see_other(visit, "/desk")


def _asked_for(visit: Visit) -> Arrived:
    return get_arrived(visit.node, visit.asked.path["file"])


def _same_file(visit: Visit, arrived: Arrived) -> list[str]:
    """Return the imports that were made of just this file already."""
    return [
        one.folder.name
        for one in list_pending(visit.node)
        if one.origin.input_sha256 == arrived.sha256 and not arrived.imported
    ]
