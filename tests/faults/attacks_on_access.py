"""Attacks by whoever asks a node for more than is theirs."""

import time
from datetime import UTC
from pathlib import Path

import httpx
from bank.histories import at, figures, name
from faults.threat import TAKEN
from issuing import AUDIENCE, providing
from parties import make_party
from serving import served

from waternet.api.app import make_app
from waternet.bank.extent import extents
from waternet.bank.history import get_history
from waternet.bank.query import get_observations
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.errors import NotAllowed
from waternet.node.issuers import Group, Issuer, Issuers
from waternet.node.people import People, Person

OLD, NEW = 1.5, 9.5


def _bank(folder: Path) -> Path:
    """Make a bank in which a restricted release revised a public figure."""
    first = figures("amber", 0, {("x", 0): OLD})
    second = figures("amber", 1, {("x", 0): NEW, ("y", 0): NEW})
    second.body["sealed"] = {"keys": {"sha256": "0"}, "to": ["amber"]}
    with Bank.open(folder / "bank", writable=True) as bank:
        bank.take(first)
        bank.take(second)
    return folder / "bank"


def hidden_figures(folder: Path) -> str:
    """Ask, as anybody, for all figures."""
    with Bank.open(_bank(folder), reader="") as bank:
        told = get_observations(bank, Selection())["value"].to_pylist()
    return TAKEN if NEW in told else "the public ones"


def hidden_revision(folder: Path) -> str:
    """Ask, as anybody, for a figure that a restricted release revised."""
    with Bank.open(_bank(folder), reader="") as bank:
        told = get_observations(bank, [f"amber:{name('x')}"])["value"].to_pylist()
    return TAKEN if told == [NEW] else "the older one"


def hidden_history(folder: Path) -> str:
    """Ask, as anybody, for all that was ever said of a figure."""
    with Bank.open(_bank(folder), reader="") as bank:
        when = at(0).replace(tzinfo=UTC)
        told = get_history(bank, f"amber:{name('x')}", when)["value"].to_pylist()
    return TAKEN if NEW in told else "the public ones"


def another_readers_count(folder: Path) -> str:
    """Ask for the newest figure after somebody asked who sees more."""
    home = _bank(folder)
    with Bank.open(home) as whole:
        extents(whole)
    with Bank.open(home, reader="") as bank:
        told = extents(bank).table["value"].to_pylist()
    return TAKEN if NEW in told else "the public ones"


def guessed_key(folder: Path) -> str:
    """Show a key with the prefix of one that is good."""
    people = People(folder / "access.sqlite")
    people.add(Person("hana", "jordan", frozenset({"steward"})))
    good = people.give_key("hana", 1).text
    return _identified(people, good[:13] + "A" * 43)


def stolen_file(folder: Path) -> str:
    """Show, as a key, what lies in a stolen copy of access.sqlite."""
    people = People(folder / "access.sqlite")
    people.add(Person("hana", "jordan", frozenset({"steward"})))
    good = people.give_key("hana", 1).text
    with people.file.transaction() as db:
        (kept,) = db.execute("SELECT digest FROM key").fetchone()
    return _identified(people, good if kept == good.encode() else kept.hex())


def ended_key(folder: Path) -> str:
    """Show a key that was revoked."""
    people = People(folder / "access.sqlite")
    people.add(Person("hana", "jordan", frozenset({"steward"})))
    key = people.give_key("hana", 1)
    people.revoke(key.prefix)
    return _identified(people, key.text)


def _identified(people: People, text: str) -> str:
    try:
        people.identify(text)
    except NotAllowed:
        return "refused"
    finally:
        people.close()
    return TAKEN


def _token(folder: Path, **claims) -> str:
    people = People(folder / "access.sqlite")
    issuers = Issuers(people.file)
    with providing() as provider:
        issuers.trust(Issuer(provider.url, AUDIENCE, "groups"))
        reader = frozenset({"reader"})
        issuers.allow(Group(provider.url, "hydrology", "jordan", reader))
        try:
            issuers.identify(provider.token(**claims))
        except NotAllowed:
            return "refused"
        finally:
            people.close()
    return TAKEN


def foreign_token(folder: Path) -> str:
    """Show a token that a believed issuer made for another service."""
    return _token(folder, aud="another-service")


def old_token(folder: Path) -> str:
    """Show a token that ended an hour ago."""
    now = int(time.time())
    return _token(folder, iat=now - 7_200, exp=now - 3_600)


def key_in_address(folder: Path) -> str:
    """Send a key in an address, where every log on the way keeps it."""
    party = make_party(folder)
    with served(make_app(party.node)) as address:
        told = httpx.get(f"{address}/health?key=secret", trust_env=False)
    return TAKEN if told.status_code == 200 else "400"


def unnoted_read(folder: Path) -> str:
    """Read restricted figures while the disk of the audit trail is full."""
    party = make_party(folder, access="parties", parties=())
    party.read()
    party.publish()
    people = People(party.node.access)
    people.add(Person("hana", party.node.party, frozenset({"reader"})))
    key = people.give_key("hana", 1).text
    people.close()
    party.node.audit.mkdir()
    with served(make_app(party.node)) as address:
        told = httpx.get(
            f"{address}/data/observations",
            headers={"x-api-key": key},
            trust_env=False,
            timeout=60,
        )
    return TAKEN if "-214.87" in told.text else str(told.status_code)


def as_it_is(text: str) -> bytes:
    """Keep a key as it is."""
    return text.encode()
