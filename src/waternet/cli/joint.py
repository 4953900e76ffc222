"""The commands `joint ...`: totals that tell no party's figure."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, isolated, say, show_facts, whole_file
from waternet.errors import NotAcceptable, NotFound

if TYPE_CHECKING:
    from waternet.exchange.joint_round import Round

__all__ = ["add_commands"]

_DEFAULT_PERCENT = 10
_DEFAULT_SECONDS = 120
_WHY = {
    "no-figure": "a party has no figure",
    "already-public": "so many figures are public that the total would tell another",
    "difference": "an earlier total, taken off, would tell a party's figure",
    "dominance": "one party's figure is nearly all of it (p% rule)",
}

RoundName = Annotated[
    str, typer.Argument(metavar="ROUND", help="PARTY:ENTRY of its proposal.")
]

_joint = typer.Typer(
    help="Compute totals with other parties, so that only the total is learned.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@_joint.command()
def propose(
    name: Annotated[str, typer.Argument(help="An id, e.g. abstraction-2015.")],
    observed_property: Annotated[
        str, typer.Option("--property", help="Observed property.")
    ],
    area: Annotated[str, typer.Option(help="Id or shared name of the area.")],
    unit: Annotated[str, typer.Option(help="UCUM unit of figures and total.")],
    party: Annotated[
        list[str], typer.Option(help="PARTY, or PARTY=WEIGHT for a mean; repeat it.")
    ],
    start: Annotated[str, typer.Option("--from", help="First year or month.")],
    end: Annotated[str, typer.Option("--to", help="Up to it; it is left out.")],
    title: Annotated[str, typer.Option(help="What it is, in words.")] = "",
    decimals: Annotated[int, typer.Option(help="Decimals that are kept.")] = 0,
    mean: Annotated[
        bool, typer.Option("--mean", help="A mean by the weights, not a sum.")
    ] = False,
    percent: Annotated[
        int, typer.Option(help="How near nobody may come to another's figure.")
    ] = _DEFAULT_PERCENT,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Propose a joint total to the parties named."""
    from waternet.cli.keep import read_own_keys
    from waternet.exchange.disclosure import verify_parties
    from waternet.node.joint import propose_total

    opened = opened_node(node)
    parties = [_party(text) for text in sorted(party)]
    verify_parties({one["party"] for one in parties})
    proposed = {
        "name": name,
        "title": title or name,
        "statistic": "weighted-mean" if mean else "sum",
        "observed_property": observed_property,
        "area": area,
        "unit": unit,
        "decimals": decimals,
        "periods": _periods(start, end),
        "parties": parties,
        "percent": percent,
    }
    done = propose_total(opened, read_own_keys(opened), proposed)
    form = chosen_form(json=json)
    if form is Form.JSON:
        show_facts({"round": done, **proposed}, form)
    else:
        say(f"{done} is proposed to {', '.join(one['party'] for one in parties)}")


@_joint.command()
def commit(
    name: RoundName,
    table: Annotated[Path | None, typer.Option(help="CSV: period,value,unit.")] = None,
    datastream: Annotated[
        list[str] | None,
        typer.Option(help="Own datastreams, with * and ?; repeat it."),
    ] = None,
    address: Annotated[
        str, typer.Option(help="HOST:PORT at which others reach this party.")
    ] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Commit to the own figures, published or not; nobody sees them."""
    from waternet.cli.answer import ready_bank
    from waternet.cli.keep import read_own_keys
    from waternet.node.joint import Address, commit_figures, get_round
    from waternet.node.joint_figures import from_datastreams, from_table

    if (table is None) == (not datastream):
        raise NotAcceptable(
            "the figures come from one source",
            hint="give --table FILE.csv, or --datastream PATTERN",
        )
    opened = opened_node(node)
    listens = Address.from_text(address) if address else None
    with ready_bank(opened) as bank:
        round_ = get_round(opened, bank, name)
        if table is not None:
            own = from_table(round_, table)
        else:
            own = from_datastreams(opened, bank, round_, datastream or [])
    keys = read_own_keys(opened)
    done = commit_figures(opened, keys, name, own, listens)
    told = {
        "round": name,
        "entry": done.commitments[opened.party].index,
        "figures": {
            period: str(done.figure(value)) for period, value in own.values.items()
        },
        "public": sorted(own.public),
        "without": own.without,
        "awaited": done.awaited,
    }
    if chosen_form(json=json) is Form.JSON:
        show_facts(told, Form.JSON)
        return
    say(f"{opened.party} committed to {name} in its entry {told['entry']}, in secret:")
    for period, value in own.values.items():
        known = ", public already" * (period in own.public)
        say(f"  {period}  {done.figure(value)} {done.body['unit']}{known}")
    for period, reason in sorted(own.without.items()):
        say(f"  {period}  no figure: {reason}")
    _say_awaited(done)


@_joint.command("run")
def run_(
    name: RoundName,
    peer: Annotated[
        list[str] | None,
        typer.Option(help="PARTY=HOST:PORT, where it is not as committed; repeat it."),
    ] = None,
    seconds: Annotated[
        int, typer.Option(help="How long to wait for the others, in all.")
    ] = _DEFAULT_SECONDS,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Compute it, at the same time as the other parties, and publish the total."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.joint import Address, run_round

    opened = opened_node(node)
    addresses = {}
    for text in peer or []:
        party, equals, at = text.partition("=")
        if not equals:
            raise NotAcceptable(f"--peer {text!r}: write PARTY=HOST:PORT")
        addresses[party] = Address.from_text(at)
    done = run_round(opened, read_own_keys(opened), name, addresses, seconds)
    _show(done, chosen_form(json=json))


@_joint.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="[ROUND]", help="One round; else all of them.")
    ] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Show what was proposed, who committed, and what each says came of it."""
    from waternet.cli.answer import ready_bank
    from waternet.exchange.joint_round import find_round
    from waternet.node.joint import list_rounds

    opened, form = opened_node(node), chosen_form(json=json)
    with ready_bank(opened) as bank:
        rounds = list_rounds(opened, bank)
    if name:
        _show(find_round(rounds, name), form)
    elif form is Form.JSON:
        show_facts({"rounds": [_plain(one) for one in rounds]}, form)
    else:
        for one in rounds:
            say(f"{one.name}  {isolated(one.body['title'])}: {_state(one)}")
        if not rounds:
            say("no joint total is proposed")


@_joint.command("open")
def open_(
    name: RoundName,
    check: Annotated[
        Path | None, typer.Option(help="Hold another party's opening to its word.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to a file.")
    ] = None,
    node: NodeOption = None,
) -> None:
    """Write down the own figures with what proves them; or check another's."""
    from waternet.cli.answer import ready_bank
    from waternet.node.joint import check_opening, get_round, open_figures

    opened = opened_node(node)
    with ready_bank(opened) as bank:
        if check is None:
            told = open_figures(opened, bank, name)
            with whole_file(output) as sink:
                sink.write(json_.dumps(told, sort_keys=True).encode() + b"\n")
            return
        if not check.is_file():
            raise NotFound(f"no file {check}")
        values = check_opening(opened, bank, name, check.read_bytes())
        round_ = get_round(opened, bank, name)
    say("It is what the party committed to, and what its shares were of:")
    for period, value in sorted(values.items()):
        say(f"  {period}  {round_.figure(value)} {round_.body['unit']}")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_joint, name="joint")


def _party(text: str) -> dict[str, Any]:
    party, equals, weight = text.partition("=")
    if equals and not (weight.isascii() and weight.isdigit()):
        raise NotAcceptable(f"--party {text!r}: a weight is a whole number")
    return {"party": party, "weight": int(weight) if equals else 1}


def _periods(start: str, end: str) -> list[str]:
    """Return the years, or months, from the first up to the last, left out."""
    first, last = _counted(start), _counted(end)
    if len(start) != len(end) or first >= last:
        raise NotAcceptable(
            f"--from {start!r} --to {end!r} are not years or months, one after another",
            hint="write --from 2015 --to 2018, or --from 2015-01 --to 2016-01",
        )
    if len(start) == len("2015"):
        return [f"{year:04}" for year in range(first, last)]
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last)]


def _counted(text: str) -> int:
    year, dash, month = text.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        return 0
    if not dash:
        return int(year)
    if not (month.isascii() and month.isdigit() and 1 <= int(month) <= 12):
        return 0
    return int(year) * 12 + int(month) - 1


def _state(round_: Round) -> str:
    if round_.awaited:
        return f"waits for {', '.join(round_.awaited)} to commit"
    if not round_.totals:
        return "agreed; not computed yet"
    if round_.agrees:
        return "computed; all parties say the same"
    missing = [party for party in round_.parties if party not in round_.totals]
    if missing:
        return f"computed; {', '.join(missing)} did not say so yet"
    return "the parties do NOT say the same"


def _show(round_: Round, form: Form) -> None:
    if form is Form.JSON:
        show_facts(_plain(round_), form)
        return
    body = round_.body
    what = "sum" if body["statistic"] == "sum" else "weighted mean"
    say(f"{round_.name}  {isolated(body['title'])}")
    say(f"{what} of {body['observed_property']} of {isolated(body['area'])}")
    weights = round_.weights.items()
    told = [f"{party} ({weight})" for party, weight in weights]
    parties = round_.parties if body["statistic"] == "sum" else told
    say(f"parties: {', '.join(parties)}; nobody within {body['percent']} %")
    say(_state(round_))
    for party, said in sorted(round_.totals.items()):
        say(f"said by {party} in its entry {said.index}")
        for row in said.entry.body["totals"]:
            say(f"  {row['period']}  {round_.value(row['total'])} {body['unit']}")
        for row in said.entry.body["withheld"]:
            say(f"  {row['period']}  withheld, {row['rule']}: {_WHY[row['rule']]}")
        if round_.agrees:
            say(f"and the same by {', '.join(sorted(round_.totals)[1:])}")
            break
    for reason in round_.passed_over:
        say(f"passed over: {reason}")


def _say_awaited(round_: Round) -> None:
    if round_.awaited:
        say(f"now {', '.join(round_.awaited)} must commit; then all run it together")
    else:
        say("all committed; now all of them run it, at the same time")


def _plain(round_: Round) -> dict[str, Any]:
    totals = {
        party: {
            "entry": said.index,
            "totals": {
                row["period"]: str(round_.value(row["total"]))
                for row in said.entry.body["totals"]
            },
            "withheld": {
                row["period"]: row["rule"] for row in said.entry.body["withheld"]
            },
        }
        for party, said in sorted(round_.totals.items())
    }
    return {
        "round": round_.name,
        **dict(round_.body),
        "commitments": {
            party: said.index for party, said in sorted(round_.commitments.items())
        },
        "awaited": round_.awaited,
        "told": totals,
        "agrees": round_.agrees,
        "passed_over": round_.passed_over,
    }
