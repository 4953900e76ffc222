"""A group in memory: parties with logs, delegates with keys, acts entered in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from waternet.record.note import Signer, generate_signer
from waternet.workinggroup.act import Act, sign_act
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.fold import fold
from waternet.workinggroup.gathering import Said
from waternet.workinggroup.state import State

BEGINNING = datetime(2026, 3, 2, 8)
ALL = ["co-sponsor", "core", "observer", "regional"]


def member(name: str, role: str = "core", seat: str = "") -> dict[str, Any]:
    """Return a member of a charter."""
    told = {"id": name, "names": {"en": name.title()}, "role": role}
    return {**told, "seat": seat} if seat else told


def body(name: str = "water", **changed: Any) -> dict[str, Any]:
    """Return a body in which all may do all, and all core parties must agree."""
    told: dict[str, Any] = {
        "id": name,
        "names": {"en": name.title()},
        "level": "experts",
        "gavel": ["atlas"],
        "rights": dict.fromkeys(
            ("propose", "consent", "call", "chair", "pledge", "attend"), ALL
        ),
        "consensus": {"how": "all", "of": ["core"]},
    }
    return {**told, **changed}


def charter(**changed: Any) -> dict[str, Any]:
    """Return a charter of three core parties, a co-sponsor and an absent member."""
    told: dict[str, Any] = {
        "name": "basin",
        "titles": {"en": "Basin"},
        "languages": ["ar", "en", "he"],
        "members": [
            member("atlas", "co-sponsor"),
            member("israel"),
            member("jordan"),
            member("palestine"),
            member("yonder", "absent", "regional"),
        ],
        "bodies": [body()],
        "change": {"how": "all", "of": ["core"]},
    }
    return {**told, **changed}


@dataclass
class Log:
    """One party's log: its entries of the group, and the delegates' keys.

    `first` is the index of the first of them, where others stand before it.
    """

    party: str
    first: int = 0
    said: list[Said] = field(default_factory=list)
    keys: dict[str, Signer] = field(default_factory=dict)


@dataclass
class Group:
    """Parties that act. `now` goes on by an hour with every act.

    Attributes
    ----------
    id : str
        Of the group, once it was founded.
    charter : str
        Id of the charter in force.
    first : mapping of party to int
        How many entries stand in a log before those of the group.
    """

    logs: dict[str, Log] = field(default_factory=dict)
    id: str = ""
    charter: str = ""
    now: datetime = BEGINNING
    first: Mapping[str, int] = field(default_factory=dict)

    def join(self, *parties: str, **given: Any) -> None:
        """Give each party a log and a delegate, 'envoy'."""
        for party in parties:
            self.logs[party] = Log(party, self.first.get(party, 0))
            self.accredit(party, "envoy", **given)

    def accredit(self, party: str, delegate: str, **given: Any) -> None:
        """Let a steward give a delegate a credential."""
        signer = generate_signer(f"{party}/{delegate}")
        self.logs[party].keys[delegate] = signer
        told = {
            "delegate": delegate,
            "title": delegate,
            "vkey": signer.verifier.to_text(),
            "names": {"en": delegate.title()},
            "level": "ministers",
        }
        self._enter(party, "credential", {**told, **given})

    def dismiss(self, party: str, delegate: str) -> None:
        """Let a steward take a credential back."""
        told = {"delegate": delegate, "title": delegate, "reason": "another post"}
        self._enter(party, "credential", told)

    def act(
        self,
        party: str,
        verb: str,
        subject: str,
        content: Mapping[str, Any] | None = None,
        on: Sequence[str] = (),
        **changed: Any,
    ) -> str:
        """Sign an act and enter it; return its id. `changed` are fields of the act."""
        done, note = self.sign(party, verb, subject, content, on, **changed)
        self.enter(party, note)
        return done.id

    def sign(
        self,
        party: str,
        verb: str,
        subject: str,
        content: Mapping[str, Any] | None = None,
        on: Sequence[str] = (),
        **changed: Any,
    ) -> tuple[Act, str]:
        """Sign an act, without entering it."""
        self.now += timedelta(hours=1)
        given = Act(
            verb=verb,
            subject=subject,
            party=party,
            delegate="envoy",
            issued=f"{self.now:%Y-%m-%dT%H:%M:%SZ}",
            body=dict(content or {}),
            group=self.id,
            charter=self.charter,
            on=tuple(on),
        )
        act = replace(given, **changed)
        return sign_act(act, self.logs[party].keys[act.delegate])

    def enter(self, party: str, note: str, group: str | None = None) -> None:
        """Enter a signed act into a party's log."""
        named = self.id if group is None else group
        told = {"act": note, "title": "an act"}
        self._enter(party, "act", {**told, "group": named} if named else told)

    def _enter(self, party: str, kind: str, content: dict[str, Any]) -> None:
        log = self.logs[party]
        at = f"{self.now:%Y-%m-%dT%H:%M:%SZ}"
        log.said.append(Said(party, log.first + len(log.said), at, kind, content))

    def seen(self) -> dict[str, int]:
        """Return how many entries each log has now."""
        return {one.party: one.first + len(one.said) for one in self.logs.values()}

    def said(self) -> list[Said]:
        """Return all entries."""
        return [one for log in self.logs.values() for one in log.said]

    def fold(self, until: str = "") -> State:
        """Return the state."""
        return fold(self.said(), self.id, until)

    def refused(self) -> list[str]:
        """Return the names of all refusals."""
        return [one.name for one in self.fold().refusals]

    def found(self, written: Mapping[str, Any] | None = None) -> str:
        """Found the group with consent of the core parties; return the charter's id."""
        told = written or charter()
        if not self.logs:
            self.join(*(one["id"] for one in told["members"]))
        first = told["members"][0]["id"]
        self.id = self.act(first, "charter.found", "charter", {"charter": told})
        adopted = self.adopt_charter(self.id, self.id, told)
        self.charter = adopted
        return adopted

    def adopt_charter(self, base: str, proposal: str, told: Mapping[str, Any]) -> str:
        """Let those whose consent counts adopt a charter that was proposed."""
        made = read_charter(told)
        named = [base] if base == proposal else [base, proposal]
        roles = told["change"]["of"]
        core = [one["id"] for one in told["members"] if one["role"] in roles]
        consents = [
            self.act(
                party, "charter.consent", "charter", self.consent(made.sha256), named
            )
            for party in core
        ]
        content = {"seen": self.seen()}
        on = [*named, *consents]
        return self.act(core[0], "charter.adopt", "charter", content, on)

    def consent(self, to: str) -> dict[str, str]:
        """Return the body of a consent that lasts a month."""
        return {"to": to, "expires": f"{self.now + timedelta(days=30):%Y-%m-%d}"}
