"""Where tables come from: a node over HTTP, or its folder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx
import pyarrow as pa

from waternet.client.asking import Query
from waternet.client.folder import node_in, read_table
from waternet.client.groups import group_in, group_url
from waternet.client.web import (
    Body,
    asking_headers,
    close_at_end,
    question_url,
    read_answer,
    read_object,
    verify_safe,
)
from waternet.exchange.web import Attempts, Patience, TryAgain, waits, web_settings

__all__ = ["AsyncFolderTables", "AsyncHttpTables", "AsyncTables"]

_Read = TypeVar("_Read")


class AsyncTables(Protocol):
    """Answers a question with a table.

    `location` is the node's folder or address.
    """

    location: str

    async def read(self, what: str, query: Query) -> pa.Table:
        """Return the answer; its schema's metadata say whose figures it holds."""

    def told(self, what: str, query: Query) -> str:
        """Return what is sent, for whoever wants to ask the same."""

    async def read_group(self, group: str, at: str) -> dict[str, Any]:
        """Return what stands in a group; of '' which groups there are."""

    async def aclose(self) -> None:
        """Let go of what is open."""


class AsyncFolderTables:
    """A node's folder on this machine.

    Raises
    ------
    NotFound
        There is no node in it.
    """

    def __init__(self, folder: str) -> None:
        self.location = str(Path(node_in(folder).folder))

    async def read(self, what: str, query: Query) -> pa.Table:
        """Answer a question as the node's server would."""
        return await asyncio.to_thread(read_table, self.location, what, query)

    def told(self, what: str, query: Query) -> str:
        """Return the question as it would go to a server."""
        return question_url("", what, query)

    async def read_group(self, group: str, at: str) -> dict[str, Any]:
        """Answer as the node's server would."""
        return await asyncio.to_thread(group_in, self.location, group, at)

    async def aclose(self) -> None:
        """Do nothing: each question opens the bank anew."""


class AsyncHttpTables:
    """A node at a web address.

    Parameters
    ----------
    address : str
    key : str
        Of a person or program; '' for what anybody may read.
    language : str
    patience : Patience

    Raises
    ------
    NotAcceptable
        It is no such address, or the key would go there in the open.
    """

    def __init__(
        self, address: str, key: str, language: str, patience: Patience | None = None
    ) -> None:
        self.location = address.rstrip("/")
        verify_safe(self.location, key)
        self._patience = patience or Patience()
        transport = httpx.AsyncHTTPTransport(**web_settings(self.location))
        self._web = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            timeout=waits(self._patience),
            headers=asking_headers(key, language),
        )
        close_at_end(self, self._web)

    async def read(self, what: str, query: Query) -> pa.Table:
        """Ask the node; again where that may help, and no more often.

        Raises
        ------
        NotReached
            Every attempt failed.
        WaternetError
            The node refused.
        """
        return await self._asked(self.told(what, query), read_answer)

    async def read_group(self, group: str, at: str) -> dict[str, Any]:
        """Ask the node for what stands in a group, or which groups there are."""
        url = group_url(self.location, group, at)
        return await self._asked(url, read_object)

    async def _asked(
        self, url: str, read: Callable[[httpx.Response, bytes], _Read]
    ) -> _Read:
        attempts = Attempts(url, self._patience)
        while True:
            try:
                return read(*await self._answer(url))
            except TryAgain as error:
                pause = attempts.pause(error)
            await asyncio.sleep(pause)

    def told(self, what: str, query: Query) -> str:
        """Return the address of the question."""
        return question_url(self.location, what, query)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._web.aclose()

    async def _answer(self, url: str) -> tuple[httpx.Response, bytes]:
        body = Body(url, self._patience)
        try:
            async with self._web.stream("GET", url) as response:
                async for piece in response.aiter_bytes():
                    body.add(piece)
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            called = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
            raise TryAgain(f"no answer ({reason})", connected=not called) from error
        except httpx.DecodingError as error:
            raise TryAgain(f"what came is not gzip ({error})") from error
        return response, body.content
