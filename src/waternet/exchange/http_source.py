"""A record at a web address: any web server that gives out the files as they are.

References
----------
RFC 9110 (HTTP), section 14 (ranges); C2SP tlog-tiles.
"""

from __future__ import annotations

import re
import time
import weakref
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from copy import copy

import httpx

from waternet.errors import NotAcceptable, NotFound, NotReached
from waternet.exchange.read_ahead import read_ahead
from waternet.exchange.web import (
    Attempts,
    Patience,
    TryAgain,
    is_loopback,
    read_retry_after,
    user_agent,
    waits,
    web_transport,
)
from waternet.record.tiles import LARGEST_BUNDLE

__all__ = ["HttpSource"]

_PIECE = 1 << 20
# Refusals that may be other the next time: timeout, too early, too many.
_PASSING = (408, 425, 429)
_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]{1,18}/(?:[0-9]{1,18}|\*)")


class HttpSource:
    """One party's public folder behind an address of http or https.

    Redirects are refused: a file of a record has one address, and an answer that sends
    its reader elsewhere may send it to a machine that only the reader can reach.
    Connections are kept alive while the source, or one below it, is in use.

    Parameters
    ----------
    address : str
        Below which card.json, checkpoint and tile/ lie.
    patience : Patience

    Raises
    ------
    NotAcceptable
        It is not such an address.
    """

    def __init__(self, address: str, patience: Patience | None = None) -> None:
        self._address = address.rstrip("/")
        self._patience = patience or Patience()
        transport = web_transport(self._address)
        self._connections = _Connections(transport)
        self._asking = {"user-agent": user_agent()}
        self._waits = {"timeout": waits(self._patience).as_dict()}
        # To compress for the machine itself would cost time and save nothing.
        here = is_loopback(httpx.URL(self._address).host)
        self._encodings = "identity" if here else "gzip, identity"

    @property
    def name(self) -> str:
        """The address."""
        return self._address

    def below(self, path: str) -> HttpSource:
        """Return the record that lies below this one, read by the same connections."""
        other = copy(self)
        other._address = self._url(path)
        return other

    def read(self, path: str, limit: int = LARGEST_BUNDLE) -> bytes:
        """Return a small file whole; see `FolderSource.read`.

        Raises
        ------
        NotFound
            The server says that it has no such file, or gives it to nobody.
        NotAcceptable
            The file is larger than `limit`; no more than that was kept of it.
        NotReached
            Every attempt failed, or the answer is none of HTTP's for a file.
        """
        attempts = Attempts(self._url(path), self._patience)
        while True:
            try:
                return self._whole(path, limit)
            except TryAgain as error:
                attempts.failed(error)

    def chunks(self, path: str, start: int = 0) -> Iterator[bytes]:
        """Yield a large file (a blob) piece by piece, from the byte `start` on.

        Where the line breaks, it is asked for from there on. A server that knows no
        ranges sends all of it again, of which the beginning is passed over.

        Raises
        ------
        NotFound, NotReached
            As `read` does.
        """
        attempts = Attempts(self._url(path), self._patience)
        at = mark = start
        while True:
            try:
                for piece in self._from(path, at):
                    at += len(piece)
                    yield piece
            except TryAgain as error:
                if at - mark >= _PIECE:
                    mark = at
                    attempts.succeeded()
                attempts.failed(error)
            else:
                return

    def read_all(
        self, paths: Sequence[str], limit: int = LARGEST_BUNDLE
    ) -> Iterator[bytes]:
        """Yield many small files, in order; see `FolderSource.read_all`.

        Raises
        ------
        NotFound, NotAcceptable, NotReached
            As `read` does, when the turn of that file comes.
        """
        return read_ahead(self.read, paths, limit)

    def _url(self, path: str) -> str:
        return f"{self._address}/{path}"

    def _whole(self, path: str, limit: int) -> bytes:
        url, held, length = self._url(path), [], 0
        with self._answer(path, {"accept-encoding": self._encodings}) as response:
            _verify_status(response, url, (200,))
            for piece in _body(response, url, self._patience):
                held.append(piece)
                length += len(piece)
                if length > limit:
                    raise NotAcceptable(
                        f"{url} is larger than the {limit} bytes it may have"
                    )
        return b"".join(held)

    def _from(self, path: str, at: int) -> Iterator[bytes]:
        url = self._url(path)
        # What is compressed has no byte `at` of its own.
        asked = {"accept-encoding": "identity"}
        if at:
            asked["range"] = f"bytes={at}-"
        with self._answer(path, asked) as response:
            if at and response.status_code == 416:
                return  # it ends before
            _verify_status(response, url, (200, 206) if at else (200,))
            over = at if response.status_code == 200 else 0
            if response.status_code == 206:
                _verify_range(response, url, at)
            for piece in _body(response, url, self._patience):
                if over < len(piece):
                    yield piece[over:]
                over = max(0, over - len(piece))

    @contextmanager
    def _answer(self, path: str, asked: dict[str, str]) -> Iterator[httpx.Response]:
        url = self._url(path)
        try:
            # A third faster than by a client, which this asks nothing of.
            request = httpx.Request(
                "GET", url, headers=self._asking | asked, extensions=self._waits
            )
            response = self._connections.transport.handle_request(request)
            with closing(response):
                yield response
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            if "CERTIFICATE_VERIFY_FAILED" in reason:
                raise NotReached(
                    f"{url}: its certificate is not to be trusted: {reason}",
                    hint="ask the party; SSL_CERT_FILE names an authority of your own",
                ) from error
            called = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
            raise TryAgain(f"no answer ({reason})", connected=not called) from error


class _Connections:
    """Connections that are closed when the last source that uses them is gone."""

    def __init__(self, transport: httpx.HTTPTransport) -> None:
        self.transport = transport
        weakref.finalize(self, transport.close)


def _verify_status(
    response: httpx.Response, url: str, expected: tuple[int, ...]
) -> None:
    """Raise unless the answer brings the file, or the part, that was asked for."""
    code = response.status_code
    if code in expected:
        return
    said = f"{code} {response.reason_phrase}".strip()
    if code in _PASSING or code >= 500:
        after = read_retry_after(response.headers.get("retry-after", ""))
        raise TryAgain(f"the server answered {said}", after)
    if code >= 400:
        raise NotFound(
            f"no file to be read at {url}: the server answered {said}",
            hint="the copy may be incomplete: ask for it again, or try another source",
        )
    if code >= 300:
        elsewhere = response.headers.get("location", "nowhere")[:200]
        raise NotReached(
            f"{url}: the server sends its reader on to {elsewhere!r} ({said}), which "
            "is not followed",
            hint="if the record has moved, give its new address",
        )
    raise NotReached(
        f"{url}: expected the file (200), the server answered {said}",
        hint="ask whoever runs that server",
    )


def _verify_range(response: httpx.Response, url: str, at: int) -> None:
    """Raise unless the part begins at the byte asked for, as it is on the disk."""
    told = response.headers.get("content-range", "")
    found = _RANGE.fullmatch(told)
    if not found or int(found[1]) != at or "content-encoding" in response.headers:
        raise NotReached(
            f"{url}: asked for the bytes from {at} on, the server sent {told[:80]!r}",
            hint="ask whoever runs that server, or try another source",
        )


def _body(response: httpx.Response, url: str, patience: Patience) -> Iterator[bytes]:
    """Yield the body, decoded in pieces that are never large, while it comes."""
    pieces = _steady(response.iter_raw(), patience)
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        return pieces
    if encoding in ("gzip", "x-gzip"):
        return _inflated(pieces)
    raise NotReached(
        f"{url}: expected gzip or identity, it sent {encoding[:40]!r}",
        hint="ask whoever runs that server",
    )


def _steady(pieces: Iterator[bytes], patience: Patience) -> Iterator[bytes]:
    """Pass pieces on; give up where they drip, each in time and all too slowly."""
    came, waited = 0, 0.0
    before = time.monotonic()
    for piece in pieces:
        # What the reader does with a piece is not the server's time.
        waited += time.monotonic() - before
        came += len(piece)
        if waited > patience.silence and came < waited * patience.slowest:
            raise TryAgain(f"the answer came too slowly ({came} bytes)")
        yield piece
        before = time.monotonic()


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Undo gzip, never more than a piece at a time: little may stand for very much."""
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for piece in pieces:
            rest = piece
            while rest and not inflater.eof:
                yield inflater.decompress(rest, _PIECE)
                rest = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise TryAgain(f"what came is not gzip ({error})") from error
    if not inflater.eof or inflater.unused_data:
        raise TryAgain("what came does not end as gzip ends")
