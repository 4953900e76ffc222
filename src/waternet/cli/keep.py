"""Commands that keep a record: init, import, publish, withdraw, follow, pull..."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.options import (
    JsonFlag,
    NodeOption,
    chosen_form,
    opened_node,
    passphrase,
)
from waternet.cli.propose import (
    Wishes,
    accepted_recipe,
    as_json,
    holds_places,
    is_terminal,
    read_answers,
)
from waternet.cli.show import Form, isolated, say, show_facts, working
from waternet.cli.witness import gathered_now, say_gathered
from waternet.errors import NotAcceptable, NotAllowed, NotReached

if TYPE_CHECKING:
    from waternet.node.appending import Keys
    from waternet.node.folder import Node
    from waternet.node.importing import Report

__all__ = ["add_commands", "read_names", "read_own_keys"]

_NOTICES_SHOWN = 10


def init(
    folder: Annotated[Path, typer.Argument(help="A new folder for the node.")],
    profile: Annotated[
        Path | None,
        typer.Option("--profile", help="A party.toml: id, names, datasets."),
    ] = None,
    party: Annotated[
        str | None, typer.Option("--party", help="The party's id, e.g. jordan.")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="LANGUAGE=NAME, e.g. ar=الأردن; repeat it."),
    ] = None,
    plain_keys: Annotated[
        bool,
        typer.Option(
            "--plain-keys", help="Do not encrypt the keys (unattended nodes)."
        ),
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Make a node for one party, with fresh keys."""
    from waternet.node.folder import Profile, create_node, read_profile
    from waternet.observation.place import verify_id

    if profile is not None:
        chosen = read_profile(profile)
    elif party and name:
        verify_id(party, "a party")
        chosen = Profile(party, f"waternet/{party}", read_names(name))
    else:
        raise NotAcceptable(
            "a node needs a party and its name",
            hint="give --profile party.toml, or --party jordan --name en=Jordan",
        )
    secret = "" if plain_keys else passphrase(new=True)
    node = create_node(folder, chosen, secret)
    card = node.cards()[node.party]
    facts = {
        "party": node.party,
        "folder": str(folder),
        "log": card.origin,
        "log_key": card.log_key,
        "steward_key": card.steward_key,
        "card": str(_from_here(node.public / "card.json")),
    }
    show_facts(facts, chosen_form(json=json))


def import_(
    file: Annotated[Path, typer.Argument(help="The agency's file.")],
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe",
            "-r",
            help="What is what in it (TOML); without, one is proposed.",
        ),
    ] = None,
    dataset: Annotated[str, typer.Option(help="Overrides the recipe's dataset.")] = "",
    title: Annotated[str, typer.Option(help="Names the release.")] = "",
    source: Annotated[str, typer.Option(help="Citation: where it stands.")] = "",
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", help="KEY=VALUE, to a question of the proposal."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Accept the proposed recipe.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option(help="Where the accepted recipe is written.")
    ] = None,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Read a file with its recipe, or propose one; nothing is signed yet."""
    from waternet.node.importing import import_file, import_places

    form = chosen_form(json=json)
    proposal = None
    places = recipe is None and holds_places(file)
    if recipe is None and not places:
        answers = read_answers(answer or [])
        wishes = Wishes(answers, dataset, yes, save, form)
        recipe, proposal = accepted_recipe(file, wishes)
    opened = opened_node(node)
    with opened.writing(), working("reading"):
        if recipe is None:
            report = import_places(opened, file)
        else:
            report = import_file(
                opened, file, recipe, dataset=dataset, title=title, source=source
            )
    facts = asdict(report)
    if proposal is not None and json:
        facts |= as_json(proposal, recipe_file=str(recipe))
    if not json and report.rejects_file:
        facts["rejects_file"] = _from_here(Path(report.rejects_file))
    if not json:
        facts["notices"] = _first(report.notices)
        for name in ("checked", "suspect", "bad", "findings", "misplaced", "personal"):
            del facts[name]
        facts["personal"] = [f"{name}: {how}" for name, how in report.personal.items()]
        facts["checks"] = _objections(report)
    show_facts(facts, chosen_form(json=json))


def publish(
    reason: Annotated[
        str, typer.Option(help="Why figures that stand are replaced.")
    ] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Sign what is pending and append it to the record."""
    from waternet.bank.seal import reading_bank
    from waternet.node.desk_release import left_on_desk
    from waternet.node.publish import publish_pending

    opened = opened_node(node)
    keys = read_own_keys(opened)  # before the progress bar: it may ask for a passphrase
    with working("publishing") as advance:
        published = publish_pending(opened, keys, reason, advance)
        gathered = gathered_now(opened)
        with reading_bank(opened.bank) as bank:
            left = [one.sentence() for one in left_on_desk(opened, bank)[1]]
    form = chosen_form(json=json)
    if form is Form.JSON:
        told = [asdict(one) for one in published]
        facts = {"published": told, "left": left, "head": gathered.to_json()}
        show_facts(facts, form)
        return
    for one in published:
        say(replace(one, title=isolated(one.title)).sentence())
    if not published:
        say("nothing is pending")
    for sentence in left:
        say(f"stays on the desk: {isolated(sentence)}")
    say_gathered(gathered)


def withdraw(
    release: Annotated[int, typer.Argument(help="The release's number.")],
    reason: Annotated[str, typer.Option(help="Why its figures stand no more.")],
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Declare that a release's figures stand no more."""
    from waternet.node.publish import publish_withdrawal

    opened = opened_node(node)
    done = publish_withdrawal(opened, read_own_keys(opened), release, reason)
    gathered = gathered_now(opened)
    form = chosen_form(json=json)
    if form is Form.JSON:
        show_facts(asdict(done), form)
    else:
        say(replace(done, title=isolated(done.title)).sentence())
        say_gathered(gathered)


def discard(
    pending: Annotated[str, typer.Argument(help="Its name, e.g. 0001-levels.")],
    node: NodeOption = None,
) -> None:
    """Drop a pending import, unpublished."""
    from waternet.node.pending import discard_pending

    opened = opened_node(node)
    with opened.writing():
        discard_pending(opened, pending)
    say(f"{pending} is dropped; nothing of it was published")


def follow(
    card: Annotated[
        str,
        typer.Argument(
            metavar="LOCATION|CARD",
            help="The party's card.json, or the folder or URL of its record.",
        ),
    ],
    compared: Annotated[
        bool,
        typer.Option("--compared", help="You compared the keys with the party."),
    ] = False,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Accept another party's card, with its keys."""
    from waternet.exchange.changes import spelt_keys
    from waternet.node.follow import accept_card, find_card

    opened = opened_node(node)
    offer = find_card(card)
    facts = {
        "follows": offer.card.party,
        "log_key": offer.card.log_key,
        "steward_key": offer.card.steward_key,
        "to_compare": spelt_keys(offer.card),
        "location": offer.location,
    }
    form = chosen_form(json=json)
    if offer.is_remote and not compared:
        _ask_whether_compared(facts)
    with opened.writing():
        accept_card(opened, offer)
    show_facts(facts, form)
    if form is not Form.JSON and not offer.is_remote:
        say("Compare these keys with the party by another way before you rely on them.")


def _ask_whether_compared(facts: Mapping[str, str]) -> None:
    """Show a card that was fetched; raise unless somebody says that it is right."""
    party = facts["follows"]
    show_facts({**facts, "follows": f"{party}?"}, Form.TEXT)
    if not (is_terminal() and typer.confirm(f"Did {party} read out the same to you?")):
        raise NotAllowed(
            "a card that was fetched counts once its keys are compared",
            hint="let the party read out 'to compare' from its own 'waternet status'; "
            "then add --compared",
        )


def pull(
    locations: Annotated[
        list[str] | None,
        typer.Argument(help="Disks, sticks, addresses [default: all that are known]."),
    ] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Read it all again: cures a damaged mirror."),
    ] = False,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Verify other parties' records and take in what is new."""
    from waternet.node.pull import pull_records
    from waternet.node.report import raise_findings

    opened = opened_node(node)
    with working("pulling") as advance:
        pulled = pull_records(opened, locations or [], advance, whole=whole)
        gathered = gathered_now(opened)
    form = chosen_form(json=json)
    if form is Form.JSON:
        show_facts(pulled.to_json(), form)
    else:
        for sentence in pulled.sentences():
            say(sentence)
        say_gathered(gathered)
    raise_findings([*pulled.findings, *gathered.findings])
    if pulled.in_vain:
        raise NotReached("nothing could be read", hint="try again later or elsewhere")


def rebuild(node: NodeOption = None, json: JsonFlag = False) -> None:
    """Build the joint bank anew from the records alone."""
    from waternet.node.intake import rebuild_bank
    from waternet.node.recovery import recover_node

    opened = opened_node(node)
    with opened.writing(), working("rebuilding") as advance:
        recover_node(opened)
        rebuilt = rebuild_bank(opened, advance)
    show_facts(rebuilt, chosen_form(json=json))


def status(node: NodeOption = None, json: JsonFlag = False) -> None:
    """Say how each record stands, and what is pending."""
    from waternet.node.status import node_status

    opened = opened_node(node)
    stands = node_status(opened)
    form = chosen_form(json=json)
    if form is Form.JSON:
        show_facts(stands.to_json(), form)
        return
    for sentence in stands.sentences():
        say(sentence)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("init")(init)
    app.command("import")(import_)
    for command in (publish, withdraw, discard, follow, pull, rebuild, status):
        app.command()(command)


def _from_here(path: Path) -> Path:
    """Return a path as its reader would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _objections(report: Report) -> list[str]:
    """Say what the checks object to, and how to see more; nothing where they do not."""
    told = []
    if report.findings:
        told.append(
            f"{report.bad:,} bad, {report.suspect:,} suspect of {report.checked:,} "
            f"checked: {_counts(report.findings)}"
        )
    if report.misplaced:
        told.append(f"places: {_counts(report.misplaced)}")
    if told:
        told.append(f"'waternet check {report.pending}' says where, and what to do")
    return told


def _counts(by_name: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in by_name.items())


def _first(notices: Sequence[str]) -> list[str]:
    """Return as many notices as a screen holds, and how many more there are."""
    more = len(notices) - _NOTICES_SHOWN
    rest = [f"... and {more:,} more; --json lists them all"] if more > 0 else []
    return [*notices[:_NOTICES_SHOWN], *rest]


def read_names(given: list[str], option: str = "--name") -> dict[str, str]:
    """Read names, or other words, given as LANGUAGE=NAME with an option."""
    names = dict(text.partition("=")[::2] for text in given)
    for language, name in names.items():
        if not (language.strip() and name.strip()):
            raise NotAcceptable(
                f"{option} {language or name!r} does not say which language it is",
                hint=f"write {option} en=Jordan {option} ar=الأردن",
            )
    return names


def read_own_keys(node: Node) -> Keys:
    """Read the node's signing keys; ask for their passphrase where they have one."""
    from waternet.node.keys import is_locked
    from waternet.node.publish import read_keys

    locked = is_locked(node.key("steward")) or is_locked(node.key("log"))
    return read_keys(node, passphrase() if locked else "")
