"""A pledge for people: what is promised, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from waternet.cli.project_page import in_languages, reported_from
from waternet.cli.show import inert, isolated
from waternet.workinggroup.money import write_amount
from waternet.workinggroup.pledge_standing import PledgeStanding, Receipt

__all__ = ["pledge_page"]


def pledge_page(standing: PledgeStanding) -> str:
    """Return the lines that show a pledge."""
    return "".join(f"{inert(line)}\n" for line in _lines(standing))


def _lines(standing: PledgeStanding) -> Iterator[str]:
    pledge = standing.pledge
    gone = ", cancelled" if pledge.cancelled else ""
    yield f"{standing.id}: {pledge.kind} of {', '.join(pledge.donors)}{gone}"
    yield in_languages(pledge.titles)
    made = f"made {standing.made.act.day}{reported_from(standing.made)}"
    due = f", due {pledge.due}" if pledge.due else ""
    where = f", for project {standing.project}" if standing.project else ""
    yield f"{made}{due}{where}"
    if pledge.worth:
        yield from _sums(standing)
    if pledge.rate:
        rate = pledge.rate
        told = f"1 {pledge.worth.currency if pledge.worth else ''} = {rate.per}"
        yield f"rate: {told} {rate.currency}, {rate.on}, {isolated(rate.source)}"
    for receipt in standing.receipts:
        yield from _receipt(receipt)


def _sums(standing: PledgeStanding) -> Iterator[str]:
    worth = standing.pledge.worth
    currency = worth.currency if worth else ""
    yield f"pledged {worth.amount if worth else ''} {currency}"
    for name, sum_ in (
        ("received", standing.received),
        ("outstanding", standing.outstanding),
        ("more than was pledged", standing.exceeded),
    ):
        if sum_ is not None and (sum_ or name == "received"):
            yield f"{name} {write_amount(sum_)} {currency}"


def _receipt(receipt: Receipt) -> Iterator[str]:
    act = receipt.taken.act
    body = act.body
    came = f"{receipt.came.amount} {receipt.came.currency}" if receipt.came else ""
    words = in_languages(body.get("words", {}))
    told = ", ".join(filter(None, [came, words]))
    aside = ", set aside" if receipt.aside else ""
    who = f"by {act.member}{reported_from(receipt.taken)}"
    yield f"  {body['on']}: {told}{aside}, {who}, act {act.id[:16]}"
    for one in body["evidence"]:
        yield f"    {isolated(one)}"
