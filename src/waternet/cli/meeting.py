"""The command `symmetry`, and how tables for a meeting are shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, form_of, say, show_rows, show_table

__all__ = ["CsvFlag", "OutputOption", "add_commands", "show_listed"]

CsvFlag = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write to a file; its ending gives the form."),
]


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(symmetry)


def symmetry(
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Who can read whose restricted figures.")
    ] = False,
    node: NodeOption = None,
    json: JsonFlag = False,
    csv: CsvFlag = False,
    output: OutputOption = None,
) -> None:
    """Show what each party gave and got: counts, by party, never a score."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from waternet.cli.answer import ready_bank
    from waternet.node.meeting import balance_sentence, list_balances, list_pairs

    opened, now = opened_node(node), datetime.now(UTC)
    with ready_bank(opened) as bank:
        if pairs:
            rows = [asdict(one) for one in list_pairs(opened, bank, now)]
            show_listed(rows, json=json, csv=csv, output=output)
            return
        balances = list_balances(opened, bank, now)
    if json or csv or output:
        rows = [asdict(one) for one in balances]
        show_listed(rows, json=json, csv=csv, output=output)
        return
    for one in balances:
        say(balance_sentence(one))


def show_listed(
    rows: Sequence[dict[str, Any]], *, json: bool, csv: bool, output: Path | None
) -> None:
    """Show rows to people, or write them for programs."""
    import pyarrow as pa

    form = chosen_form(json=json, csv=csv)
    if output is not None and form is Form.TEXT:
        form = form_of(output)
    table = pa.Table.from_pylist(list(rows))
    if form is Form.TEXT:
        show_rows(table, of=table.num_rows)
    else:
        show_table(table, form, output)
