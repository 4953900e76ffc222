"""Commands about restricted figures: catalogue, request, answer, grant, undertake..."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.answer import Answer, asks
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, isolated, say, show_facts
from waternet.cli.witness import gathered_now, say_gathered
from waternet.errors import NotAcceptable

if TYPE_CHECKING:
    from waternet.bank.sharing import Request
    from waternet.node.folder import Node
    from waternet.node.publish import Published

__all__ = ["add_commands"]

_DATASET = (
    "party",
    "dataset",
    "names",
    "access",
    "parties",
    "opens",
    "releases",
    "restricted",
    "figures",
    "first",
    "last",
)
_ASK = "'waternet request PARTY DATASET --purpose ...' asks for what you may not read"
_To = Annotated[str, typer.Option("--to", help="The party that may read it then.")]
_Until = Annotated[
    str, typer.Option("--until", help="The day from which it opens nothing.")
]
_Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]
_Release = Annotated[
    list[str],
    typer.Argument(metavar="RELEASE...", help="Its number, or PARTY:NUMBER."),
]


@asks
def catalogue(
    party: Annotated[str, typer.Option("--party", help="Only this party's.")] = "",
) -> Any:
    """List every dataset with its terms, also what is not released."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.datasets import list_datasets

        table = list_datasets(bank, party)
        closed = any(one != "public" for one in table["access"].to_pylist())
        return Answer(table, _DATASET, remark=_ASK if closed else "")

    return ask


def request(
    party: Annotated[str, typer.Argument(help="Whose figures you ask for.")],
    dataset: Annotated[str, typer.Argument(help="Which dataset.")],
    purpose: Annotated[str, typer.Option(help="What you need them for.")],
    start: Annotated[str, typer.Option("--from", help="From that day on.")] = "",
    end: Annotated[str, typer.Option("--to", help="Up to that day.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Ask a party for figures that you may not read; everybody sees that you asked."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.sharing import request_dataset

    opened = opened_node(node)
    said = {"purpose": purpose, "from": _moment(start), "to": _moment(end)}
    keys = read_own_keys(opened)
    done = request_dataset(opened, keys, party, dataset, said)
    _show_published(opened, [done], json=json)


def requests(node: NodeOption = None, json: JsonFlag = False) -> None:
    """List what others asked of you and what you asked, with the answers."""
    from waternet.bank.sharing import list_requests
    from waternet.cli.answer import ready_bank

    opened = opened_node(node)
    with ready_bank(opened) as bank:
        found = list_requests(bank, opened.party)
    form = chosen_form(json=json)
    if form is Form.JSON:
        show_facts({"requests": [asdict(one) for one in found]}, form)
        return
    for one in found:
        say(_sentence(one, asked_of_me=one.owner == opened.party))
    if not found:
        say("nobody asked")


def answer(
    request: Annotated[str, typer.Argument(help="As 'requests' names it.")],
    decision: Annotated[
        str, typer.Argument(metavar="DECISION", help="grant, refuse or condition.")
    ],
    reason: _Reason = "",
    until: _Until = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Grant what was asked, refuse it, or say on what condition."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.sharing import answer_request

    opened = opened_node(node)
    said = {"reason": reason, "until": _moment(until)}
    keys = read_own_keys(opened)
    done = answer_request(opened, keys, request, decision, said)
    _show_published(opened, done, json=json)


def grant(
    release: _Release,
    to: _To,
    until: _Until = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Let one more party read a restricted release of yours."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.sharing import grant_releases

    opened = opened_node(node)
    numbers = _numbers(release, opened.party)
    keys = read_own_keys(opened)
    done = grant_releases(opened, keys, numbers, to, _moment(until))
    _show_published(opened, done, json=json)


def open_(
    release: _Release,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Let everybody read a restricted release of yours; it cannot be taken back."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.sharing import open_releases

    opened = opened_node(node)
    numbers = _numbers(release, opened.party)
    done = open_releases(opened, read_own_keys(opened), numbers)
    _show_published(opened, done, json=json)


def undertake(
    party: Annotated[str, typer.Argument(help="To whom.")],
    dataset: Annotated[str, typer.Argument(help="For which dataset.")],
    who: Annotated[str, typer.Option(help="Who promises it for your party.")],
    office: Annotated[str, typer.Option(help="In which office.")],
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Sign what the terms of a dataset ask of its readers."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.sharing import undertake as undertaken

    opened = opened_node(node)
    keys = read_own_keys(opened)
    done = undertaken(opened, keys, party, dataset, who, office)
    _show_published(opened, [done], json=json)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("open")(open_)
    for command in (catalogue, request, requests, answer, grant, undertake):
        app.command()(command)


def _show_published(node: Node, done: Sequence[Published], *, json: bool) -> None:
    """Say what stands in the record now, and who cosigned its head."""
    gathered = gathered_now(node)
    form = chosen_form(json=json)
    if form is Form.JSON:
        told = [asdict(one) for one in done]
        show_facts({"published": told, "head": gathered.to_json()}, form)
        return
    for one in done:
        say(one.sentence())
    say_gathered(gathered)


def _sentence(one: Request, *, asked_of_me: bool) -> str:
    """Say who asked whom for what, and how it stands."""
    name = f"{one.party}:{one.entry}"
    who = f"{one.party} asks for" if asked_of_me else f"you asked {one.owner} for"
    told = f"{name}  {one.issued[:10]}  {who} {one.dataset}: {isolated(one.purpose)}"
    told += f"; {one.state}"
    if one.reason:
        told += f": {isolated(one.reason)}"
    if one.state == "open" and asked_of_me:
        told += f"; 'waternet answer {name} grant|refuse|condition'"
    return told


def _numbers(given: Sequence[str], party: str) -> list[int]:
    """Read numbers of own releases, each typed with or without the party."""
    numbers = []
    for text in given:
        whose, colon, number = text.rpartition(":")
        if (colon and whose != party) or not number.isdecimal():
            raise NotAcceptable(
                f"{text!r} is no release of {party!r}",
                hint="'waternet releases' lists them; only its owner grants a release",
            )
        numbers.append(int(number))
    return sorted(set(numbers))


def _moment(typed: str) -> str:
    """Return a typed day or time as an entry has it; '' for none."""
    from waternet.cli.typed import moment
    from waternet.record.fields import write_time

    if not typed:
        return ""
    exact = moment(typed)
    utc = exact.astimezone(UTC) if exact else None
    return write_time(utc.replace(microsecond=0, tzinfo=None)) if utc else ""
