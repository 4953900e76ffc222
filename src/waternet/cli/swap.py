"""The commands `swap ...`: two releases, each read by the other side or neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, say, show_facts
from waternet.errors import NotAcceptable

if TYPE_CHECKING:
    from pathlib import Path

    from waternet.exchange.reciprocity import Swap

__all__ = ["add_commands"]

_ACCEPT_DAYS = 30
_OPEN_DAYS = 60
_NEXT = {
    "offered": "{counterpart} may accept it until {accept_by}",
    "accepted": "{depositary} must say that it holds its shares: waternet swap hold",
    "held": "once both are cosigned, each side opens, until {open_by}",
    "opened by one": "after {open_by}, {depositary} may pass the shares on",
    "complete": "each side reads the other's release: waternet swap take",
    "escrow used": "each side reads the other's release: waternet swap take",
    "lapsed": "nobody learned anything",
    "refused": "",
}

SwapName = Annotated[
    str, typer.Argument(metavar="SWAP", help="PARTY:ENTRY of its offer.")
]

_swap = typer.Typer(
    help="Release figures to one another, so that no side can walk away with both.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@_swap.command()
def offer(
    release: Annotated[int, typer.Argument(help="The number of an own release.")],
    to: Annotated[str, typer.Option(help="The party that it is offered to.")],
    wanted: Annotated[str, typer.Option(help="A dataset of that party, in return.")],
    depositary: Annotated[
        str, typer.Option(help="A third party that holds a share of both keys.")
    ],
    accept_by: Annotated[
        str, typer.Option(help="Day (UTC) to the end of which it may be accepted.")
    ] = "",
    open_by: Annotated[
        str, typer.Option(help="Day (UTC) to the end of which both must open.")
    ] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Offer a restricted release in return for one of another party."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.swaps import Offered, offer_release

    opened = opened_node(node)
    offered = Offered(
        release=release,
        counterpart=to,
        depositary=depositary,
        wanted=wanted,
        accept_by=_end_of(accept_by, _ACCEPT_DAYS),
        open_by=_end_of(open_by, _OPEN_DAYS),
    )
    done = offer_release(opened, read_own_keys(opened), offered)
    _show(done, chosen_form(json=json))


@_swap.command()
def accept(
    name: SwapName,
    release: Annotated[int, typer.Argument(help="The number of an own release.")],
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Accept an offer, with a restricted release in return."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.swaps import accept_offer

    opened = opened_node(node)
    done = accept_offer(opened, read_own_keys(opened), name, release)
    _show(done, chosen_form(json=json))


@_swap.command()
def hold(name: SwapName, node: NodeOption = None, json: JsonFlag = False) -> None:
    """Say, as the depositary, that a share of each key is here, and opens."""
    from waternet.node.swaps import hold_shares

    _do(hold_shares, name, node, json=json)


@_swap.command("open")
def open_(name: SwapName, node: NodeOption = None, json: JsonFlag = False) -> None:
    """Give the other side the share that was kept, once both are cosigned."""
    from waternet.node.swaps import open_share

    _do(open_share, name, node, json=json)


@_swap.command()
def take(name: SwapName, node: NodeOption = None, json: JsonFlag = False) -> None:
    """Join the other side's key from two shares, and read its release."""
    from waternet.node.swaps import take_release

    opened = opened_node(node)
    done = take_release(opened, name)
    _show(done, chosen_form(json=json))
    if not json:
        say(f"the release of {done.other(opened.party)} is in this node's bank")


@_swap.command()
def escrow(name: SwapName, node: NodeOption = None, json: JsonFlag = False) -> None:
    """Pass on, as the depositary, the shares of both, where only one side opened."""
    from waternet.node.swaps import pass_on

    _do(pass_on, name, node, json=json)


@_swap.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="[SWAP]", help="One swap; else all of them.")
    ] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Show how far each swap is, and whose turn it is."""
    from waternet.cli.answer import ready_bank
    from waternet.node.swaps import list_swaps

    opened, form = opened_node(node), chosen_form(json=json)
    with ready_bank(opened) as bank:
        swaps = [one for one in list_swaps(opened, bank) if name in ("", one.name)]
    if form is Form.JSON:
        show_facts({"swaps": [_plain(one) for one in swaps]}, form)
        return
    for one in swaps:
        _show(one, form)
    if not swaps:
        say(f"no swap {name} is offered" if name else "no swap is offered")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_swap, name="swap")


def _do(
    act: Callable[[Any, Any, str], Swap], name: str, node: Path | None, *, json: bool
) -> None:
    from waternet.cli.keep import read_own_keys

    opened = opened_node(node)
    done = act(opened, read_own_keys(opened), name)
    _show(done, chosen_form(json=json))


def _end_of(day: str, days: int) -> str:
    """Return the last second of a day, or of the one so many days from now."""
    if not day:
        chosen = datetime.now(UTC).date() + timedelta(days=days)
        return f"{chosen.isoformat()}T23:59:59Z"
    try:
        chosen = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise NotAcceptable(f"{day!r} is not a day", hint="write 2026-12-31") from error
    return f"{chosen.isoformat()}T23:59:59Z"


def _state(swap: Swap) -> str:
    from waternet.node.swaps import now_written

    return swap.state(now_written())


def _show(swap: Swap, form: Form) -> None:
    if form is Form.JSON:
        show_facts(_plain(swap), form)
        return
    first, second = swap.sides
    state = _state(swap)
    given = f"release {swap.body['release']} of {first}"
    returned = f"one of {second}:{swap.body['wanted']}"
    if swap.acceptance is not None:
        returned = f"release {swap.acceptance.entry.body['release']} of {second}"
    say(f"{swap.name}  {given} for {returned}, held by {swap.depositary}: {state}")
    for party, said in sorted(swap.openings.items()):
        say(f"  {party} opened in its entry {said.index}")
    for reason in [swap.refused, *swap.passed_over]:
        if reason:
            say(f"  passed over: {reason}")
    if then := _NEXT[state].format(**swap.body):
        say(f"  {then}")


def _plain(swap: Swap) -> dict[str, Any]:
    body = swap.body
    return {
        "swap": swap.name,
        "state": _state(swap),
        "offered_by": swap.offer.party,
        "release": body["release"],
        "counterpart": body["counterpart"],
        "wanted": body["wanted"],
        "returned": swap.acceptance and swap.acceptance.entry.body["release"],
        "depositary": body["depositary"],
        "accept_by": body["accept_by"],
        "open_by": body["open_by"],
        "opened": sorted(swap.openings),
        "passed_over": [one for one in [swap.refused, *swap.passed_over] if one],
    }
