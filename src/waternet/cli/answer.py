"""What every question to the bank has in common: the node, the form, the file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from waternet.cli.cosigned import with_cosigned
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, form_of, say, show_rows, show_table
from waternet.cli.sources import say_sources
from waternet.cli.words import as_people_read

if TYPE_CHECKING:
    from waternet.bank.store import Bank
    from waternet.node.folder import Node

__all__ = ["Answer", "asks", "ready_bank"]

_CsvFlag = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
_ParquetFlag = Annotated[bool, typer.Option("--parquet", help="Write Parquet.")]
_OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write to a file; its ending gives the form."),
]
_COMMON: dict[str, tuple[Any, object]] = {
    "node": (NodeOption, None),
    "json": (JsonFlag, False),
    "csv": (_CsvFlag, False),
    "parquet": (_ParquetFlag, False),
    "output": (_OutputOption, None),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A table, and how people read it.

    Attributes
    ----------
    table : pyarrow.Table
        All of it is for programs.
    columns : tuple of str
        Those that people see; () is every one.
    remark : str
        Said below it.
    sources : bool
        Whether people are told who signed the figures.
    read : function of (bank, table)
        Returns a heading, the first rows as people read them, and how many there
        are in all.
    """

    table: Any
    columns: tuple[str, ...] = ()
    remark: str = ""
    sources: bool = False
    read: Callable[[Any, Any], tuple[str, Any, int]] = as_people_read


def asks(question: Callable[..., Callable[[Any], Answer]]) -> Callable[..., None]:
    """Make a command of a question: add the options that every question has.

    Parameters
    ----------
    question : function of the question's own options
        Returns a function of the bank that returns an `Answer`.
    """

    @wraps(question)
    def command(*, node: Path | None, output: Path | None, **asked: Any) -> None:
        flags = {name: asked.pop(name) for name in ("json", "csv", "parquet")}
        form = chosen_form(**flags)
        if output is not None and form is Form.TEXT:
            form = form_of(output)
        from waternet.bank.words import in_words

        ask = question(**asked)
        opened = opened_node(node)
        with ready_bank(opened) as bank:
            answer = ask(bank)
            table = with_cosigned(opened, in_words(answer.table))
            if form is not Form.TEXT:
                show_table(table, form, output)
                return
            _show(bank, table, answer)
            if answer.sources:
                say_sources(opened, bank, table)

    hints = get_type_hints(question, include_extras=True)
    own = inspect.signature(question).parameters.values()
    parameters = [one.replace(annotation=hints[one.name]) for one in own]
    parameters += [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, (annotation, default) in _COMMON.items()
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def _show(bank: Any, table: Any, answer: Answer) -> None:
    """Show it to people: the first rows, in their words and by their clocks."""
    columns = [name for name in answer.columns if name in table.column_names]
    table = table.select(columns or table.column_names)
    heading, readable, rows = answer.read(bank, table)
    if heading:
        say(heading)
    show_rows(readable, of=rows)
    if answer.remark:
        say(answer.remark)


@contextmanager
def ready_bank(node: Node) -> Iterator[Bank]:
    """Open the node's bank to read, brought up to date if it lags behind."""
    from waternet.bank.seal import reading_bank
    from waternet.node.intake import bring_up_to_date

    bring_up_to_date(node)
    with reading_bank(node.bank) as bank:
        yield bank
