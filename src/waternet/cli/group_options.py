"""What commands of a working group have in common: how they act, how they show."""

from __future__ import annotations

import inspect
import json as json_
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from waternet.cli.answer import ready_bank
from waternet.cli.meeting import CsvFlag, OutputOption, show_listed
from waternet.cli.options import (
    JsonFlag,
    NodeOption,
    chosen_form,
    delegate_passphrase,
    opened_node,
)
from waternet.cli.show import Form, isolated, say, show_facts, whole_file
from waternet.errors import NotAcceptable, NotFound

if TYPE_CHECKING:
    from waternet.bank.store import Bank
    from waternet.node.acting import Doing, Hands, Performed
    from waternet.node.folder import Node
    from waternet.workinggroup.state import State

__all__ = [
    "AtOption",
    "GroupOption",
    "Shown",
    "acts",
    "asked_state",
    "does",
    "read_form",
    "read_hands",
    "say_performed",
    "show",
    "shows",
]

GroupOption = Annotated[
    str,
    typer.Option("--group", "-g", help="Its name or id [default: the only one]."),
]
AtOption = Annotated[
    str, typer.Option("--at", help="As it stood on that day: 1999-01-01.")
]
_DelegateOption = Annotated[
    str,
    typer.Option("--delegate", help="Who acts [default: the one whose key is here]."),
]
_OnOption = Annotated[
    list[str] | None,
    typer.Option("--on", help="An act that it builds or relies on; repeat it."),
]
_OfOption = Annotated[
    str, typer.Option("--of", help="Of this member, which you only report.")
]
_SourceOption = Annotated[str, typer.Option("--source", help="Where a report is from.")]
_DateOption = Annotated[
    str, typer.Option("--date", help="When it was done, in a report: 1992-01.")
]
_DraftOption = Annotated[
    Path | None,
    typer.Option("--draft", help="Write the act to a file, to be signed elsewhere."),
]
_ACTING: dict[str, tuple[Any, object]] = {
    "group": (GroupOption, ""),
    "delegate": (_DelegateOption, ""),
    "on": (_OnOption, None),
    "of": (_OfOption, ""),
    "source": (_SourceOption, ""),
    "date": (_DateOption, ""),
    "draft": (_DraftOption, None),
    "node": (NodeOption, None),
    "json": (JsonFlag, False),
}
_SHOWING: dict[str, tuple[Any, object]] = {
    "group": (GroupOption, ""),
    "at": (AtOption, ""),
    "node": (NodeOption, None),
    "json": (JsonFlag, False),
    "csv": (CsvFlag, False),
    "output": (OutputOption, None),
}
_OWN = "own"  # of an action: the member for whom is acted; no option
_EMPTY: tuple[object, ...] = ("", None, [], (), {})
_IDS = ("root", "act", "charter", "group")
_ID = 16  # characters of an id that people see; commands take as many
_MOST_FORM = 1 << 20  # bytes of a file with what an act says


@dataclass(frozen=True, slots=True)
class Shown:
    """What a question to a group's state is answered with: one of these.

    Attributes
    ----------
    facts : mapping
        Named facts; '' and () are not shown to people.
    rows : sequence of mapping, optional
        A table.
    brief : sequence of mapping, optional
        The same as people see it on a screen, where that leaves something out.
    text : str
        Lines, or a file's text: shown as it is, or written to --output.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    rows: Sequence[dict[str, Any]] | None = None
    brief: Sequence[dict[str, Any]] | None = None
    text: str = ""


def acts(action: Callable[..., Callable[[State], Doing]]) -> Callable[..., None]:
    """Make a command of something that delegates do: add the options that all have.

    Parameters
    ----------
    action : function of the action's own options
        Returns a function of the group's state that returns what is done. Its
        parameter `own`, if it has one, is the member for whom is acted.
    """

    @wraps(action)
    def command(
        *, node: Path | None, json: bool, draft: Path | None, **asked: Any
    ) -> None:
        told = {name: asked.pop(name) for name in _ACTING if name in asked}
        told["on"] = tuple(told["on"] or ())
        opened = opened_node(node)
        if _OWN in inspect.signature(action).parameters:
            asked[_OWN] = told["of"] or opened.party
        plan = action(**asked)
        if draft is not None:
            _draw_up(opened, told, plan, draft)
            return
        from waternet.node.acting import Asked, perform
        from waternet.node.delegates import find_delegate

        told["delegate"] = find_delegate(opened, told["delegate"])
        hands = read_hands(opened, told["delegate"])
        say_performed(opened, perform(opened, hands, Asked(**told), plan), json=json)

    _give_options(command, action, _ACTING)
    return command


def shows(question: Callable[..., Callable[[State], Shown]]) -> Callable[..., None]:
    """Make a command of a question to a group's state: add the options that all have.

    Parameters
    ----------
    question : function of the question's own options
        Returns a function of the group's state that returns what is shown.
    """

    @wraps(question)
    def command(
        *,
        group: str,
        at: str,
        node: Path | None,
        json: bool,
        csv: bool,
        output: Path | None,
        **asked: Any,
    ) -> None:
        ask = question(**asked)
        with asked_state(opened_node(node), group, at) as (_bank, state):
            shown = ask(state)
        show(shown, json=json, csv=csv, output=output)

    _give_options(command, question, _SHOWING)
    return command


def does(verb: str, subject: str, body: Mapping[str, Any]) -> Callable[[State], Doing]:
    """Return what is done where nothing hangs on the group's state."""
    from waternet.node.acting import Doing

    return lambda _state: Doing(verb, subject, body)


@contextmanager
def asked_state(node: Node, group: str, at: str = "") -> Iterator[tuple[Bank, State]]:
    """Open the bank, and find what stands in the group that is meant."""
    from waternet.node.groups import find_group, group_names, group_state

    with ready_bank(node) as bank:
        found = find_group(group_names(node, bank), group)
        yield bank, group_state(node, bank, found, at)


def show(shown: Shown, *, json: bool, csv: bool, output: Path | None) -> None:
    """Show an answer to people, or write it for programs."""
    if shown.rows is not None:
        if json or csv or output:
            show_listed(shown.rows, json=json, csv=csv, output=output)
        else:
            _show_briefly(shown.brief or shown.rows)
    elif shown.text and not json:
        with whole_file(output) as sink:
            sink.write(shown.text.encode())
    else:
        form = chosen_form(json=json, csv=csv)
        if form is Form.CSV or output is not None:
            raise NotAcceptable("this is no table", hint="leave out --csv and -o")
        show_facts(shown.facts or {"text": shown.text}, form)


def _show_briefly(rows: Sequence[dict[str, Any]]) -> None:
    """Show a table to people: no empty columns, ids by their beginning, sources below.

    A source takes a line of its own, and is mostly the same for many rows.
    """
    filled = {name for row in rows for name, held in row.items() if held not in _EMPTY}
    sources = {str(row["source"]) for row in rows if row.get("source")}
    brief = [
        {
            name: held[:_ID] if name in _IDS and isinstance(held, str) else held
            for name, held in row.items()
            if name in filled - {"source"}
        }
        for row in rows
    ]
    show_listed(brief, json=False, csv=False, output=None)
    for one in sorted(sources):
        say(f"reported from: {isolated(one)}")


def say_performed(node: Node, done: Performed, *, json: bool) -> None:
    """Say what was entered, and what is contested after it."""
    from waternet.cli.witness import gathered_now, say_gathered

    gathered = gathered_now(node)
    if json:
        show_facts({**done.to_json(), "head": gathered.to_json()}, Form.JSON)
        return
    say(isolated(done.sentence()))
    for one in done.conflicts:
        say(f"{one.name}: {', '.join(act[:16] for act in one.acts)}")
    say_gathered(gathered)


def read_form(path: Path) -> dict[str, Any]:
    """Read what an act says from a file: JSON, or TOML.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is neither, or too long.
    """
    if not path.is_file():
        raise NotFound(f"no file {path}")
    if path.stat().st_size > _MOST_FORM:
        raise NotAcceptable(f"{path.name} is longer than {_MOST_FORM:,} bytes")
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() == ".json":
            read = json_.loads(text)
        else:
            read = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(
            f"{path.name} is neither TOML nor JSON in UTF-8: {error}",
            hint="end the name of a JSON file in .json",
        ) from error
    if not isinstance(read, dict):
        raise NotAcceptable(f"{path.name}: expected named fields")
    return read


def read_hands(node: Node, delegate: str) -> Hands:
    """Read the delegate's key and the party's; ask for their passphrases."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.acting import Hands
    from waternet.node.delegates import delegate_key
    from waternet.node.keys import is_locked, read_key

    path = delegate_key(node, delegate)
    secret = delegate_passphrase(delegate) if is_locked(path) else ""
    signer = read_key(path, secret)
    return Hands(read_own_keys(node), signer)


def _draw_up(
    node: Node, told: dict[str, Any], plan: Callable[[State], Doing], draft: Path
) -> None:
    from waternet.node.acting import Asked, draw_up

    if not told["delegate"]:
        raise NotAcceptable(
            "a draft is for one delegate", hint="give --delegate, who will sign it"
        )
    with ready_bank(node) as bank:
        line = draw_up(node, bank, Asked(**told), plan)
    with whole_file(draft) as sink:
        sink.write(line.encode())
    say(
        f"written to {draft}: 'waternet act sign' signs it, 'waternet act enter' enters"
    )


def _give_options(
    command: Callable[..., None],
    own: Callable[..., Any],
    common: dict[str, tuple[Any, object]],
) -> None:
    """Let the command line see a command's own options, and the common ones."""
    # What it returns is known to the type checker alone.
    typed = {name: one for name, one in own.__annotations__.items() if name != "return"}
    hints = get_type_hints(
        SimpleNamespace(__annotations__=typed), own.__globals__, include_extras=True
    )
    parameters = [
        one.replace(annotation=hints[one.name])
        for one in inspect.signature(own).parameters.values()
        if one.name != _OWN
    ]
    parameters += [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, (annotation, default) in common.items()
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
