"""The commands `access ...`: who may ask this node for more than anybody may."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, say, show_facts
from waternet.errors import NotAcceptable, NotFound

if TYPE_CHECKING:
    from waternet.node.api_key import NewKey
    from waternet.node.folder import Node
    from waternet.node.people import Person

__all__ = ["add_commands"]

_DAYS = 365
_BACK = "/sign-in/back"  # below the address that readers find the node at
_KINDS = ("read", "write", "refused", "access", "sign-in")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of a person or program.")]
Party = Annotated[
    str, typer.Option(help="Whose restricted figures they see; none if left out.")
]
Role = Annotated[
    list[str] | None,
    typer.Option(
        help="reader, steward, reviewer, delegate, secretary or operator; may come "
        "several times."
    ),
]
About = Annotated[str, typer.Option(help="Who that is, for yourself.")]
Days = Annotated[int, typer.Option(help="How long the key lasts.")]
IssuerUrl = Annotated[
    str, typer.Argument(metavar="ISSUER", help="Its address, as tokens say in 'iss'.")
]

_access = typer.Typer(
    help="Give people and programs keys, take them away, see who did what.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@_access.command()
def add(
    name: Name,
    party: Party = "",
    role: Role = None,
    about: About = "",
    days: Days = _DAYS,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Let somebody in: a name, what they may do, and a first key, shown this once."""
    from waternet.node.people import People, verify_days

    opened = opened_node(node)
    person = _person(opened, name, party, role, about)
    verify_days(days)
    people = People(opened.access)
    people.add(person)
    key = people.give_key(name, days)
    _note(opened, f"add {name} of {party or 'no party'}: {_roles(person)}")
    _show_key(key, {"name": name, "party": party, "roles": _roles(person)}, json=json)


@_access.command()
def key(
    name: Name,
    days: Days = _DAYS,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Give somebody another key, shown this once; earlier ones go on until revoked."""
    from waternet.node.people import People

    opened = opened_node(node)
    given = People(opened.access).give_key(name, days)
    _note(opened, f"key {given.prefix} for {name}")
    _show_key(given, {"name": name}, json=json)


@_access.command()
def change(
    name: Name,
    party: Party = "",
    role: Role = None,
    about: About = "",
    node: NodeOption = None,
) -> None:
    """Say anew of which party somebody is, and which roles they have."""
    from waternet.node.people import People

    opened = opened_node(node)
    person = _person(opened, name, party, role, about)
    People(opened.access).change(person)
    _note(opened, f"change {name} to {party or 'no party'}: {_roles(person)}")
    say(f"{name} is of {party or 'no party'} now: {_roles(person)}")


@_access.command()
def revoke(
    named: Annotated[
        str, typer.Argument(metavar="NAME|KEY", help="All keys of one, or one key.")
    ],
    node: NodeOption = None,
) -> None:
    """End one key, or all keys of somebody, from this moment on."""
    from waternet.node.people import People

    opened = opened_node(node)
    ended = People(opened.access).revoke(named)
    _note(opened, f"revoke {named}: {' '.join(ended) or 'no valid key'}")
    say(f"revoked: {', '.join(ended) if ended else 'nothing; no key was valid'}")


@_access.command("list")
def list_(node: NodeOption = None, json: JsonFlag = False) -> None:
    """List everybody with their keys, and the issuers that are believed."""
    from waternet.node.people import People

    opened = opened_node(node)
    people = People(opened.access)
    told = _told(people)
    if chosen_form(json=json) is Form.JSON:
        show_facts(told, Form.JSON)
        return
    for person in told["people"]:
        party = person["party"] or "no party"
        about = f"  {person['about']}" if person["about"] else ""
        say(f"{person['name']}  {party}: {person['roles']}{about}")
        for one in person["keys"]:
            used = f"used {one['used']}" if one["used"] else "never used"
            say(f"  {one['key']}  {one['state']} until {one['until']}, {used}")
    for issuer in told["issuers"]:
        sent = f", signs in as {issuer['client']}" if issuer["client"] else ""
        say(f"{issuer['issuer']}  for {issuer['audience']}, by {issuer['claim']}{sent}")
        for group in issuer["groups"]:
            say(f"  {group['group']}  {group['party']}: {group['roles']}")
    if not told["people"] and not told["issuers"]:
        say("nobody has a key: everybody sees what is public, and nobody writes")


@_access.command()
def trust(
    issuer: IssuerUrl,
    audience: Annotated[
        str, typer.Option(help="Whom its tokens must be meant for ('aud').")
    ],
    claim: Annotated[
        str, typer.Option(help="Which claim names groups; dots lead into it.")
    ] = "groups",
    client: Annotated[
        str | None,
        typer.Option(
            help="As what it knows this node: people may sign in there. '' ends that."
        ),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(help="A file with the client's secret; - is standard input."),
    ] = None,
    node: NodeOption = None,
) -> None:
    """Believe an identity provider's tokens (OpenID Connect)."""
    from waternet.node.issuers import Client, Issuer, Issuers
    from waternet.node.people import People

    secret = _secret(secret_file, client)
    opened = opened_node(node)
    issuers = Issuers(People(opened.access).file)
    issuers.trust(Issuer(issuer, audience, claim))
    _note(opened, f"trust {issuer} for {audience}")
    say(f"tokens of {issuer} are believed; 'waternet access allow' says what they open")
    if client is None:
        return
    issuers.register(Client(issuer, client, secret))
    _note(opened, f"sign-in at {issuer} as {client or 'nobody'}")
    if client:
        say(f"people sign in there; register ADDRESS{_BACK} as where they come back to")
    else:
        say("people sign in there no more")


def _secret(path: Path | None, client: str | None) -> str:
    """Return a client's secret, which is never an argument: others could see it."""
    if path is None:
        return ""
    if not client:
        raise NotAcceptable("a secret is a client's: say --client, too")
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"cannot read {path}: {error}") from error
    if not text.strip():
        raise NotAcceptable(f"there is no secret in {path}")
    return text.strip()


@_access.command()
def distrust(issuer: IssuerUrl, node: NodeOption = None) -> None:
    """Believe an identity provider no more."""
    from waternet.node.issuers import Issuers
    from waternet.node.people import People

    opened = opened_node(node)
    Issuers(People(opened.access).file).distrust(issuer)
    _note(opened, f"distrust {issuer}")
    say(f"tokens of {issuer} are believed no more")


@_access.command()
def allow(
    issuer: IssuerUrl,
    group: Annotated[str, typer.Argument(metavar="GROUP", help="As tokens name it.")],
    party: Party = "",
    role: Role = None,
    nothing: Annotated[
        bool, typer.Option("--nothing", help="They may nothing more.")
    ] = False,
    node: NodeOption = None,
) -> None:
    """Say what members of an identity provider's group may do here."""
    from waternet.node.issuers import Group, Issuers
    from waternet.node.people import People

    opened = opened_node(node)
    roles = frozenset[str]()
    if not nothing:
        roles = _person(opened, group, party, role, "").roles
    Issuers(People(opened.access).file).allow(Group(issuer, group, party, roles))
    told = ", ".join(sorted(roles)) or "nothing"
    _note(opened, f"allow {group} of {issuer}, for {party or 'no party'}: {told}")
    say(f"{group} of {issuer}: {party or 'no party'}, {told}")


@_access.command()
def audit(
    who: Annotated[str, typer.Option(help="Only what that one did.")] = "",
    kind: Annotated[
        str,
        typer.Option(help="Only 'read', 'write', 'refused', 'access' or 'sign-in'."),
    ] = "",
    since: Annotated[str, typer.Option(help="From that day on (UTC).")] = "",
    limit: Annotated[int, typer.Option(min=1, help="So many, the newest.")] = 100,
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Show who wrote, who was turned away, who read restricted figures."""
    from waternet.node.trail import Trail

    if kind and kind not in _KINDS:
        raise NotAcceptable(f"--kind is one of {', '.join(_KINDS)}, not {kind!r}")
    trail = Trail(opened_node(node).audit)
    events = trail.read(who=who, kind=kind, since=_day(since), most=limit)
    told: list[dict[str, Any]] = [
        {
            "at": one.at.isoformat(timespec="seconds") if one.at else "",
            **{name: getattr(one, name) for name in _EVENT},
            "releases": list(one.releases),
        }
        for one in events
    ]
    if chosen_form(json=json) is Form.JSON:
        show_facts({"events": told}, Form.JSON)
        return
    for one in told:
        who_did = one["who"] or "somebody"
        line = f"{one['at']}  {one['kind']}  {who_did} {one['party']}".rstrip()
        line += f"  {one['operation']}  {one['outcome']}  {' '.join(one['releases'])}"
        say(line.rstrip())
    if not told:
        say("nothing of that kind was noted")


_EVENT = ("kind", "who", "party", "operation", "caller", "outcome")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_access, name="access")


def _person(
    node: Node, name: str, party: str, role: list[str] | None, about: str
) -> Person:
    from waternet.node.people import Person, read_roles

    if party and party not in node.cards():
        raise NotFound(
            f"there is no party {party!r} here",
            hint="'waternet follow CARD' first, or leave --party out",
        )
    return Person(name, party, read_roles(role or (), party, node.party), about)


def _show_key(key: NewKey, facts: dict[str, Any], *, json: bool) -> None:
    form = chosen_form(json=json)
    told = {**facts, "key": key.text, "until": _date(key.expires)}
    show_facts(told, form)
    if form is Form.TEXT:
        say("the key is kept nowhere: write it down now, and send it by a safe way")


def _told(people: Any) -> dict[str, Any]:
    from waternet.node.issuers import Issuers

    issuers = Issuers(people.file)
    keys, groups = people.keys(), issuers.groups()
    clients = {one.issuer: one.name for one in issuers.clients()}
    now = datetime.now(UTC).timestamp()
    return {
        "people": [
            {
                "name": one.name,
                "party": one.party,
                "roles": _roles(one),
                "about": one.about,
                "keys": [
                    {
                        "key": key.prefix,
                        "state": key.state(now),
                        "until": _date(key.expires),
                        "used": _date(key.used) if key.used else "",
                    }
                    for key in keys
                    if key.person == one.name
                ],
            }
            for one in people.everybody()
        ],
        "issuers": [
            {
                "issuer": one.url,
                "audience": one.audience,
                "claim": one.claim,
                "client": clients.get(one.url, ""),
                "groups": [
                    {
                        "group": group.name,
                        "party": group.party,
                        "roles": _roles(group),
                    }
                    for group in groups
                    if group.issuer == one.url
                ],
            }
            for one in issuers.believed()
        ],
    }


def _roles(held: Any) -> str:
    return ", ".join(sorted(held.roles))


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _day(written: str) -> datetime | None:
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    except ValueError as error:
        raise NotAcceptable(
            f"--since is a day like 2026-11-22, not {written!r}"
        ) from error


def _note(node: Node, what: str) -> None:
    """Note in the audit trail what was changed, and by which user of this machine."""
    from waternet.node.trail import Event, Trail

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    event = Event("access", f"{user} (command line)", node.party, "access", "", what)
    Trail(node.audit).note(event)
