"""Options that many commands share, each written once."""

from __future__ import annotations

import os
import warnings
from getpass import GetPassWarning
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.show import Form
from waternet.errors import NotAcceptable, NotAllowed

if TYPE_CHECKING:
    from waternet.node.folder import Node

__all__ = [
    "JsonFlag",
    "NodeOption",
    "chosen_form",
    "delegate_passphrase",
    "opened_node",
    "passphrase",
]

NodeOption = Annotated[
    Path | None,
    typer.Option(
        "--node", "-n", help="The node's folder [default: WATERNET_NODE, or this one]."
    ),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def chosen_form(*, json: bool, csv: bool = False, parquet: bool = False) -> Form:
    """Return the one form asked for; text where none is.

    Raises
    ------
    NotAcceptable
        More than one was asked for.
    """
    asked = [
        form
        for form, flag in ((Form.JSON, json), (Form.CSV, csv), (Form.PARQUET, parquet))
        if flag
    ]
    if len(asked) > 1:
        raise NotAcceptable("more than one form asked for", hint="choose one of them")
    return asked[0] if asked else Form.TEXT


def opened_node(folder: Path | None) -> Node:
    """Open the node named by the option, the environment or the present folder."""
    from waternet.node.folder import open_node

    if folder is not None:
        return open_node([folder])
    named = os.environ.get("WATERNET_NODE")
    return open_node([Path(named) if named else Path.cwd()])


def passphrase(*, new: bool = False) -> str:
    """Return the passphrase of the keys: from WATERNET_PASSPHRASE, or asked for.

    Raises
    ------
    NotAllowed
        None was given.
    """
    return _passphrase("WATERNET_PASSPHRASE", "the keys", new=new)


def delegate_passphrase(delegate: str, *, new: bool = False) -> str:
    """Return that of a delegate's key: from WATERNET_DELEGATE_PASSPHRASE, or asked for.

    Raises
    ------
    NotAllowed
        None was given.
    """
    return _passphrase(
        "WATERNET_DELEGATE_PASSPHRASE", f"the key of {delegate}", new=new
    )


def _passphrase(variable: str, what: str, *, new: bool) -> str:
    if given := os.environ.get(variable):
        return given
    try:
        with warnings.catch_warnings():
            # Nobody is there to type it, or it would be seen as it is typed.
            warnings.simplefilter("error", GetPassWarning)
            asked: str = typer.prompt(
                f"Passphrase of {what}",
                hide_input=True,
                confirmation_prompt=new,
                err=True,
            )
    except (typer.Abort, GetPassWarning) as error:
        typer.echo(err=True)  # the question stands there without an answer
        told = f"type it, or set {variable}"
        raise NotAllowed("no passphrase was given", hint=told) from error
    return asked
