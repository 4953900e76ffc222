"""What runs in the process that holds shares: splitting, joining, joint totals.

Started by `waternet.node.joint_process`. MPyC reads the command line when it is
imported, writes to the standard output and keeps an event loop for the whole process:
so it has a process to itself. Its task comes on standard input and its answer leaves
on standard output; a secret is never in an argument, the environment or a message.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import sys
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet.exchange.disclosure import FEWEST
from waternet.record.joint_kinds import RULES

if TYPE_CHECKING:
    from waternet.node.joint_channel import Channels

__all__ = ["main"]

_BITS = 64  # 100 times a total below 2**53, less p times a figure, with its sign
_MEMORY = 4 << 30  # bytes of address space; half a gigabyte is the program's own
_SECURITY = 80  # a masked comparison tells something with probability 2**-80
# Far from MPyC's own labels, which are hashes: of these three messages.
_PARCELS, _VERDICTS, _RESULTS = -(2**62) + 1, -(2**62) + 2, -(2**62) + 3


class _BrokenOffError(Exception):
    """The computation cannot go on; the message says why, and names who."""


@dataclass
class _Said:
    """What the parties say before anything is computed; one that objects is enough.

    Attributes
    ----------
    withheld : dict of period to rule
    public : dict of period to places
        Whose figure is public, so that it hides nobody else's.
    """

    withheld: dict[str, str]
    public: dict[str, set[int]]

    def add(self, written: bytes) -> list[int]:
        """Take in what one party says; return whom it blames."""
        told = json.loads(written)
        for period, places in told["public"].items():
            self.public[period] |= set(map(int, places))
        for period, rule in told["withheld"].items():
            earlier = self.withheld.get(period, rule)
            self.withheld[period] = min(earlier, rule, key=RULES.index)
            self.public[period]  # a KeyError where it was not proposed
        return [int(place) for place in told["bad"]]

    def withhold_public(self, parties: int) -> None:
        """Withhold what would tell one of two parties the other's figure."""
        for period, places in self.public.items():
            if 0 < parties - len(places) < FEWEST:
                self.withheld.setdefault(period, "already-public")


def main() -> int:
    """Do the task; return 0, or 1 where the answer is an error."""
    asked: dict[str, Any] = json.load(sys.stdin)
    _limit()
    answer_file = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what MPyC prints is no answer
    try:
        answer = _TASKS[asked["task"]](asked)
    except _BrokenOffError as error:
        answer = {"error": str(error)}
    json.dump(answer, answer_file)
    answer_file.flush()
    return "error" in answer


def _limit() -> None:
    """Keep what others send from taking all memory, and secrets from the disk."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _split(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Split each secret into Shamir shares, (secret, holder), of a degree."""
    field = _field(asked)
    from mpyc import thresha

    secrets = [field(int(secret)) for secret in asked["secrets"]]
    rows = thresha.random_split(field, secrets, asked["degree"], asked["holders"])
    return {"shares": [[str(share) for share in of] for of in zip(*rows, strict=True)]}


def _join(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what shares say at the places asked for; place 0 is the secret."""
    field = _field(asked)
    from mpyc import thresha

    points = [(place, [int(share)]) for place, share in asked["points"]]
    values = thresha.recombine(field, points, list(asked["places"]))
    return {"values": [str(value % field.modulus) for (value,) in values]}


def _field(asked: Mapping[str, Any]) -> Any:
    _import_mpyc(["--no-log"])
    from mpyc import finfields

    return finfields.GF(int(asked["prime"]))


def _compute(asked: Mapping[str, Any]) -> dict[str, Any]:
    runtime = _import_mpyc(
        ["--no-log", "--no-uvloop", "-T", str(asked["threshold"])]
        + ["-I", str(asked["own"]), "-K", str(_SECURITY)]
        + [f"-P{peer['host']}:{peer['port']}" for peer in asked["peers"]]
    )
    from waternet.node.joint_channel import Channels, Peer

    loop = runtime._loop
    peers = tuple(
        Peer(
            one["party"], one["host"], one["port"], base64.b64decode(one["certificate"])
        )
        for one in asked["peers"]
    )
    channels = Channels(peers, asked["own"], runtime, loop.create_future())
    done: dict[str, Any] = loop.run_until_complete(
        _in_time(channels, _together(channels, asked), asked["seconds"])
    )
    return done


def _import_mpyc(words: list[str]) -> Any:
    """Import MPyC as if it were started with these words; return its runtime."""
    sys.argv = ["joint_computation", *words]
    import mpyc.runtime

    mpyc.runtime.pickle = None  # whoever reaches for it breaks off
    return mpyc.runtime.mpc


async def _in_time(
    channels: Channels, work: Coroutine[Any, Any, dict[str, Any]], seconds: float
) -> dict[str, Any]:
    """Run it until it is done, a party goes away, or the time is up."""
    task = asyncio.ensure_future(work)
    await asyncio.wait(
        (task, channels.broken),
        timeout=seconds,
        return_when=asyncio.FIRST_COMPLETED,
    )
    if not task.done():
        task.cancel()
        reason = _reason(channels, seconds)
    elif isinstance(error := task.exception(), _BrokenOffError):
        reason = str(error)
    else:
        return task.result()
    channels.farewell(reason)
    raise _BrokenOffError(reason)


def _reason(channels: Channels, seconds: float) -> str:
    """Say why the work was not done in time."""
    if channels.broken.done():
        return channels.broken.result()
    if missing := channels.missing():
        return f"{', '.join(map(repr, missing))} never connected"
    return f"the others did not go on within {seconds:g} seconds"


async def _together(channels: Channels, asked: Mapping[str, Any]) -> dict[str, Any]:
    from waternet.node.joint_channel import connect

    await connect(channels, asked["key"])
    shares, said = await _exchanged_parcels(channels, asked)
    figures = {
        period: [shares[place][period] for place in range(len(channels.peers))]
        for period in asked["periods"]
        if period not in said.withheld
    }
    totals, dominated = await _opened(channels.runtime, asked, figures, said.public)
    withheld = said.withheld | dict.fromkeys(dominated, "dominance")
    answer = {"totals": totals, "withheld": withheld}
    digest = hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).digest()
    to = dict.fromkeys(channels.others(), digest)
    heard = await channels.exchange(_RESULTS, to, last=True)
    channels.close()
    others = [channels.peers[place].party for place in heard if heard[place] != digest]
    if others:
        raise _BrokenOffError(f"{', '.join(others)} arrived at another total")
    return answer


async def _exchanged_parcels(
    channels: Channels, asked: Mapping[str, Any]
) -> tuple[dict[int, dict[str, int]], _Said]:
    """Exchange shares and what each party has to say before they are computed with.

    Returns
    -------
    shares : mapping of place to (mapping of period to share)
        Each party's for this one, which are those that it committed to.
    said : _Said
    """
    own = {int(place): parcel.encode() for place, parcel in asked["parcels"].items()}
    received = await channels.exchange(_PARCELS, own)
    received[channels.own] = own[channels.own]
    bad, shares = [], {}
    for place, parcel in received.items():
        try:
            shares[place] = _shares(parcel, asked["expected"][str(place)], asked)
        except (ValueError, KeyError, TypeError, RecursionError):
            bad.append(place)
    verdict = {"bad": bad, "withheld": asked["withheld"], "public": asked["public"]}
    written = json.dumps(verdict).encode()
    heard = await channels.exchange(
        _VERDICTS, dict.fromkeys(channels.others(), written)
    )
    said, blamed = _Said({}, {period: set() for period in asked["periods"]}), []
    for place, told in sorted({**heard, channels.own: written}.items()):
        by = channels.peers[place].party
        try:
            blamed += [(by, channels.peers[one].party) for one in said.add(told)]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise _BrokenOffError(f"{by!r} does not keep to the protocol") from error
    if blamed:
        raise _BrokenOffError(
            "; ".join(
                f"{by!r} says that {of!r} sent shares to which it had not committed"
                for by, of in blamed
            )
        )
    said.withhold_public(len(channels.peers))
    return shares, said


def _shares(parcel: bytes, expected: str, asked: Mapping[str, Any]) -> dict[str, int]:
    """Read a parcel; a ValueError where it is not the one committed to, or is none."""
    if hashlib.sha256(parcel).hexdigest() != expected:
        raise ValueError("another parcel")
    shares = {
        period: int(share) for period, share in json.loads(parcel)["shares"].items()
    }
    if not all(0 <= shares[period] < int(asked["prime"]) for period in asked["common"]):
        raise ValueError("no shares")
    return shares


async def _opened(
    runtime: Any,
    asked: Mapping[str, Any],
    shares: Mapping[str, Sequence[int]],
    public: Mapping[str, set[int]],
) -> tuple[dict[str, int], list[str]]:
    """Open for each period whether one party dominates, then the totals of the rest."""
    kind = runtime.SecInt(_BITS, p=int(asked["prime"]))
    figures = {
        period: [
            kind(kind.field(share)) * weight
            for share, weight in zip(of, asked["weights"], strict=True)
        ]
        for period, of in shares.items()
    }
    bits = [
        _dominated(
            runtime,
            kind,
            [part for place, part in enumerate(of) if place not in public[period]],
            asked["percent"],
        )
        for period, of in figures.items()
    ]
    opened = await runtime.output(bits) if bits else []
    dominated = [
        period for period, bit in zip(figures, opened, strict=True) if int(bit)
    ]
    kept = [period for period in figures if period not in dominated]
    sums = [runtime.sum(figures[period]) for period in kept]
    totals = await runtime.output(sums) if sums else []
    return dict(zip(kept, map(int, totals), strict=True)), dominated


def _dominated(runtime: Any, kind: Any, parts: Sequence[Any], percent: int) -> Any:
    """Return whether the second largest could tell the largest within p per cent.

    That is so unless 100 (X - x1 - x2) > p x1, X the sum of the figures that are not
    public: the p% rule.
    """
    if not parts:  # all of them are public
        return kind(0)
    first, second = parts[0], None
    for part in parts[1:]:
        beaten = runtime.if_else(first < part, first, part)
        first = first + part - beaten
        if second is not None:
            beaten = runtime.if_else(second < beaten, beaten, second)
        second = beaten
    rest = runtime.sum(parts) - first - second
    return 1 - (percent * first < 100 * rest)


_TASKS = {"split": _split, "join": _join, "compute": _compute}

if __name__ == "__main__":
    sys.exit(main())
