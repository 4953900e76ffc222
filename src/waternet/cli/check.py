"""The command `check`: what the checks say of figures, and what to do about it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, say, show_facts, whole_file, working
from waternet.cli.typed import full_addresses
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Grade
from waternet.quality.wording import (
    LANGUAGES,
    by_clock,
    group_by_series,
    words_in,
)

if TYPE_CHECKING:
    from waternet.node.checking import CheckedFigures
    from waternet.node.folder import Node
    from waternet.quality.coordinates import Misplaced
    from waternet.quality.grouping import Example, Finding
    from waternet.quality.rules import RuleSet

__all__ = ["add_commands"]

_RELEASE = re.compile(r"([^:/]+):(\d+)")
_SERIES_SHOWN = 10


def check(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WHAT...",
            help="Pending imports, addresses or PARTY:RELEASE; else all pending.",
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="Check this file instead; keeps nothing.")
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option("--recipe", "-r", help="What is what in the file.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="Rules (TOML) instead of those in force.")
    ] = None,
    learn: Annotated[
        Path | None, typer.Option(help="Write each station's range as rules (TOML).")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the report as a page with drawings.")
    ] = None,
    language: Annotated[str, typer.Option(help="Of the page: ar, he or en.")] = "en",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Say what the checks object to, and what to do about it."""
    form = chosen_form(json=json)
    if language not in LANGUAGES:
        raise NotAcceptable(
            f"no report in {language!r}", hint=f"there is {', '.join(LANGUAGES)}"
        )
    if (file is None) != (recipe is None) or (file is not None and what):
        raise NotAcceptable(
            "--file and --recipe go together, and with nothing else to check",
            hint="waternet check --file levels.csv --recipe levels.toml",
        )
    given = _read_rules(rules) if rules else None
    with working("checking"):
        if file is not None and recipe is not None:
            checked = [_check_file(file, recipe, given)]
        else:
            checked = _check(opened_node(node), what or [], given)
    if learn is not None:
        from waternet.node.checking import learn_rules

        with whole_file(learn) as sink:
            sink.write(learn_rules(checked).to_toml().encode())
    if html is not None:
        from waternet.cli.check_page import write_page

        with whole_file(html) as sink:
            sink.write(write_page(checked, words_in(language)).encode())
    if form is Form.JSON:
        show_facts({"checked": [_plain(one) for one in checked]}, form)
        return
    for one in checked:
        for line in _sentences(one):
            say(line)
    if not checked:
        say("nothing is pending")


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(check)


def _read_rules(path: Path) -> RuleSet:
    from waternet.node.rule_sets import read_rule_file

    return read_rule_file(path)


def _check_file(file: Path, recipe: Path, rules: RuleSet | None) -> CheckedFigures:
    from waternet.formats.recipe import read_recipe
    from waternet.node.bounded import read_bounded
    from waternet.node.checking import check_reading
    from waternet.quality.rules import default_rules

    reading = read_bounded(file, read_recipe(recipe))
    return check_reading(file.name, reading, rules or default_rules())


def _check(
    node: Node, what: Sequence[str], rules: RuleSet | None
) -> list[CheckedFigures]:
    """Check imports, releases and series, in the order in which they are named."""
    from waternet.bank.standing import standing_places
    from waternet.cli.answer import ready_bank
    from waternet.node.checking import check_pending, check_published, check_release
    from waternet.node.pending import get_pending, list_pending
    from waternet.node.rule_sets import rules_in_force

    with ready_bank(node) as bank:
        places = standing_places(bank, node.party)
        pending = [] if what else list(list_pending(node))
        pending += [get_pending(node, one) for one in what if ":" not in one]
        checked = [check_pending(node.party, one, rules, places) for one in pending]
        releases = [found for one in what if (found := _RELEASE.fullmatch(one))]
        checked += [check_release(node, one[1], int(one[2])) for one in releases]
        series = [one for one in what if ":" in one and not _RELEASE.fullmatch(one)]
        if series:
            chosen = rules or rules_in_force(node, bank)
            addresses = full_addresses(bank, series)
            checked += check_published(bank, addresses, chosen)
    return checked


def _sentences(one: CheckedFigures) -> Iterator[str]:
    from waternet.node.report import counted

    figures = counted(one.observations.num_rows, "figure")
    streams = counted(len(one.datastreams), "datastream")
    rules = f", rules {one.rules}" if one.rules else ""
    grades = [f"{count:,} {name}" for name, count in one.grades.items() if count]
    if grades:
        yield f"{one.name}: {figures} of {streams}{rules}: {', '.join(grades)}"
    else:
        yield f"{one.name}: {counted(len(one.places), 'place')}"
    if one.edits:
        edits = counted(one.edits, "edit")
        yield (
            f"after {edits} ('waternet edits {one.name}' lists them); what is found "
            "below is about the figures as they were read"
        )
    by_check: dict[tuple[Grade, str], list[Finding]] = defaultdict(list)
    for groups in group_by_series(one.findings, one.datastreams).values():
        for group in groups:
            by_check[-group.grade, group.check].append(group)  # type: ignore[index]
    if not by_check and not one.misplaced:
        yield "the checks object to nothing"
    yield from _about_places(one)
    for _key, groups in sorted(by_check.items()):
        yield from _told(groups, {named.name: named.zone for named in one.datastreams})


def _about_places(one: CheckedFigures) -> Iterator[str]:
    """Say what is found about places: once, then which, then what to do."""
    from waternet.node.report import counted
    from waternet.quality.place_groups import group_misplaced

    for group in group_misplaced(one.misplaced):
        yield ""
        count = counted(len(group.places), "place")
        yield f"places: {group.finding}: {count} {group.sentence}"
        for example in group.examples:
            yield f"  {example.place}: {example.sentence}"
        more = len(group.places) - len({named.place for named in group.examples})
        if more > 0:
            yield f"  ... and {counted(more, 'place')} more; --json lists them all"
        yield f"  {group.advice}"


def _told(groups: Sequence[Finding], zones: Mapping[str, str]) -> Iterator[str]:
    """Say what one check objects to: once, then where, then what to do."""
    from waternet.node.report import counted

    words, first = words_in("en"), groups[0]
    count = counted(sum(one.count for one in groups), "figure")
    yield ""
    grade = words.grade(first.grade)
    yield f"{grade}: {first.check}: {count} {words.finding(first.check)}"
    most = sorted(groups, key=lambda one: (-one.count, one.datastream))
    for group in most[:_SERIES_SHOWN]:
        zone = zones.get(group.datastream, "UTC")
        yield f"  {group.datastream}: {_span(group, zone)}"
    more = len(groups) - _SERIES_SHOWN
    if more > 0:
        yield f"  ... and {counted(more, 'datastream')} more; --json lists them all"
    if advice := words.advice(first.check):
        yield f"  {advice}"


def _span(group: Finding, zone: str) -> str:
    examples = ", ".join(_example(one, zone) for one in group.examples)
    if group.count <= len(group.examples):
        return examples
    first, last = by_clock(group.first, zone), by_clock(group.last, zone)
    return f"{group.count:,} from {first} to {last}: {examples}, ..."


def _example(one: Example, zone: str) -> str:
    told = by_clock(one.time, zone)
    told += "" if one.value is None else f" {one.value:.10g}"
    said = [f"expected {one.expected:.10g}"] if one.expected is not None else []
    said += [one.note] if one.note else []
    return told + (f" ({', '.join(said)})" if said else "")


def _plain_place(one: Misplaced) -> dict[str, Any]:
    return asdict(one) | {"amount": None if math.isnan(one.amount) else one.amount}


def _plain(one: CheckedFigures) -> dict[str, Any]:
    from waternet.quality.place_groups import group_misplaced

    return {
        "name": one.name,
        "figures": one.observations.num_rows,
        "datastreams": len(one.datastreams),
        **one.grades,
        "rules": one.rules,
        "edits": one.edits,
        "places": [
            {
                "finding": group.finding,
                "count": len(group.places),
                "places": list(group.places),
                "examples": [_plain_place(example) for example in group.examples],
                "sentence": group.sentence,
                "advice": group.advice,
            }
            for group in group_misplaced(one.misplaced)
        ],
        "findings": [
            {
                "datastream": group.datastream,
                "check": group.check,
                "grade": group.grade.name.lower(),
                "count": group.count,
                "first": group.first.isoformat() + "Z",
                "last": group.last.isoformat() + "Z",
                "examples": [
                    {
                        "time": example.time.isoformat() + "Z",
                        "value": example.value,
                        "expected": example.expected,
                        "note": example.note,
                    }
                    for example in group.examples
                ],
                "sentence": group.sentence,
                "advice": group.advice,
            }
            for groups in group_by_series(one.findings, one.datastreams).values()
            for group in groups
        ],
    }
