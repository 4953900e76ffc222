"""The connections between the processes that compute a joint total.

MPyC's own start listens on every address, lets whoever has some certificate be any
party, and on its way out unpickles what others send. Here each process listens on one
address, every connection is TLS 1.3 with both sides' certificates, each the very one
that the party put into its commitment, and nothing is unpickled.

Imported only in the process of `waternet.node.joint_computation`, once MPyC is set up.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mpyc.asyncoro import MessageExchanger

__all__ = ["Channels", "Peer", "connect"]

_FAREWELL = -(2**62)  # the label of a last message; MPyC's own are hashes
_LONGEST = 300  # bytes of it that are shown
_PAUSE = 0.2  # s, before a party that does not answer is called again


@dataclass(frozen=True, slots=True)
class Peer:
    """One party of the computation, by its place in the order of all.

    Attributes
    ----------
    party : str
    host, port : str, int
        Where it listens.
    certificate : bytes
        The one of its commitment, in DER.
    """

    party: str
    host: str
    port: int
    certificate: bytes


@dataclass
class Channels:
    """Who is connected, and who broke off.

    Attributes
    ----------
    peers : tuple of Peer
    own : int
        This party's place among them.
    broken : future
        Done once a party went away too early: who, and what it said.
    finished : set of int
        Those that said they are done: they may go.
    """

    peers: tuple[Peer, ...]
    own: int
    runtime: Any
    broken: asyncio.Future[str]
    finished: set[int] = field(default_factory=set)

    def others(self) -> list[int]:
        """Return the places of all but this party."""
        return [place for place in range(len(self.peers)) if place != self.own]

    def missing(self) -> list[str]:
        """Return the parties that are not connected."""
        known = self.runtime.parties
        return [
            self.peers[place].party
            for place in self.others()
            if known[place].protocol is None
        ]

    async def exchange(
        self, label: int, to: Mapping[int, bytes], *, last: bool = False
    ) -> dict[int, bytes]:
        """Send every other party its message, and return what each sent.

        Whose last message is here may go.
        """
        for place in self.others():
            self.runtime.parties[place].protocol.send(label, to[place])
        others = self.others()
        messages = await asyncio.gather(
            *(self._received(place, label, last=last) for place in others)
        )
        return dict(zip(others, messages, strict=True))

    async def _received(self, place: int, label: int, *, last: bool) -> bytes:
        message = self.runtime.parties[place].protocol.receive(label)
        if not isinstance(message, bytes):
            message = await message
        if last:
            self.finished.add(place)
        return bytes(message)

    def farewell(self, reason: str) -> None:
        """Tell those that are connected why this party goes, so that none blames it."""
        for place in self.others():
            if (protocol := self.runtime.parties[place].protocol) is not None:
                protocol.send(_FAREWELL, reason.encode())

    def close(self) -> None:
        """Close what is open, once what was sent is on its way."""
        for place in self.others():
            if (protocol := self.runtime.parties[place].protocol) is not None:
                protocol.close_connection()


class _Channel(MessageExchanger):  # type: ignore[misc]
    """A connection of MPyC whose other end is who its certificate says."""

    def __init__(self, channels: Channels, place: int | None = None) -> None:
        super().__init__(channels.runtime, place)
        self.channels = channels
        self.shown: int | None = None

    def connection_made(self, transport: Any) -> None:
        shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        places = {
            peer.certificate: place for place, peer in enumerate(self.channels.peers)
        }
        self.shown = places.get(shown)
        taken = self.shown is not None and (
            self.channels.runtime.parties[self.shown].protocol is not None
        )
        if self.shown in (None, self.channels.own) or taken:
            self.shown = None
            transport.abort()
        elif self.peer_pid not in (None, self.shown):
            transport.abort()  # another party answers there
        else:
            super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self.peer_pid is None:
            begun = bytes(self.bytes[:2]) + data[:2]
            claimed = int.from_bytes(begun[:2], "little")
            if len(begun) >= 2 and claimed != self.shown:
                self.transport.abort()
                return
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        place, channels = self.shown, self.channels
        if place is None or place in channels.finished or channels.broken.done():
            return
        said = self.buffers.get(_FAREWELL, b"")
        told = (
            said[:_LONGEST].decode(errors="replace") if isinstance(said, bytes) else ""
        )
        party = channels.peers[place].party
        saying = f", saying {told!r}" if told else ""
        channels.broken.set_result(f"{party!r} broke off{saying}")


async def connect(channels: Channels, key: str) -> None:
    """Connect with every other party: listen for those before, call those after.

    Parameters
    ----------
    channels : Channels
    key : str
        Path of this party's certificate and private key, in PEM.
    """
    loop, own, peers = asyncio.get_running_loop(), channels.own, channels.peers
    parties = channels.runtime.parties
    for place in range(len(peers)):
        parties[place].protocol = None
    ready = parties[own].protocol = loop.create_future()
    server = None
    if own > 0:
        server = await loop.create_server(
            lambda: _Channel(channels),
            host=peers[own].host,
            port=peers[own].port,
            ssl=_context(ssl.PROTOCOL_TLS_SERVER, key, peers[:own]),
        )
    try:
        for place in range(own + 1, len(peers)):
            await _call(channels, place, key)
        await ready
    finally:
        if server is not None:
            server.close()


async def _call(channels: Channels, place: int, key: str) -> None:
    peer = channels.peers[place]
    context = _context(ssl.PROTOCOL_TLS_CLIENT, key, (peer,))
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.create_connection(
                lambda: _Channel(channels, place),
                peer.host,
                peer.port,
                ssl=context,
                server_hostname="",
            )
        except OSError:  # not there yet, or another certificate: until time is up
            await asyncio.sleep(_PAUSE)
        else:
            return


def _context(side: int, key: str, trusted: tuple[Peer, ...]) -> ssl.SSLContext:
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the certificate itself is known
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(key)
    for peer in trusted:
        context.load_verify_locations(cadata=peer.certificate)
    return context
