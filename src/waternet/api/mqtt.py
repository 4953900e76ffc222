"""New observations, told to an operator's broker of messages.

A message says that there is something new; the signed record stays what proves it, so
a message that is lost loses nothing.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import duckdb
from deltalake.exceptions import DeltaError

from waternet.api.sensorthings.announcing import new_observations
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound, WaternetError
from waternet.node.folder import Node

__all__ = ["Announcer"]

_LOG = logging.getLogger("waternet.mqtt")
_PORTS = {"mqtt": 1883, "mqtts": 8883}
_EVERY = 1.0  # s between two looks at the bank
_PATIENCE = 10  # s for a message to be taken by the broker
_PASSWORD = "WATERNET_MQTT_PASSWORD"
# What the bank's own files raise while it is made anew.
_OF_THE_BANK = (sqlite3.DatabaseError, duckdb.Error, DeltaError)


class Announcer:
    """Looks at a node's bank, and tells a broker what anybody may read of what is new.

    Parameters
    ----------
    node : Node
    broker : str
        'mqtt://user@host:1883', or 'mqtts://' over TLS. The password stands in the
        environment: ``WATERNET_MQTT_PASSWORD``.
    url : str
        Where readers find the node, for the links in what is told.

    Raises
    ------
    NotAcceptable
        The broker's address is none.
    NotFound
        The package that speaks MQTT is not installed.
    """

    def __init__(self, node: Node, broker: str, url: str) -> None:
        self._node, self._url = node, url
        self._client, self._at = _client(broker)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="waternet-mqtt")
        self._before: Mapping[str, int] | None = None

    def __enter__(self) -> Self:
        # Before anything is published, so that it is told.
        with suppress(WaternetError, OSError, *_OF_THE_BANK):
            self._before = self._positions()
        self._client.connect_async(*self._at)
        self._client.loop_start()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()
        self._client.disconnect()
        self._client.loop_stop()

    def _run(self) -> None:
        while not self._stopped.wait(_EVERY):
            try:
                self._tell()
            except (WaternetError, OSError, ValueError, *_OF_THE_BANK) as error:
                # The bank is being made anew, or the broker is gone: later.
                _LOG.warning("nothing told: %s", error)

    def _tell(self) -> None:
        if not self._client.is_connected():
            return
        positions = self._positions()
        before = self._before
        if before is None or positions == before:
            self._before = positions
            return
        with Bank.open(self._node.bank, reader="") as bank:
            for topic, payload in new_observations(bank, self._node, self._url, before):
                said = self._client.publish(topic, payload, qos=1)
                said.wait_for_publish(_PATIENCE)
                if not said.is_published():
                    raise OSError("the broker does not answer")
        self._before = positions

    def _positions(self) -> dict[str, int]:
        with Bank.open(self._node.bank, reader="") as bank:
            return dict(bank.view().positions)


def _client(broker: str) -> tuple[Any, tuple[str, int]]:
    parts = urlsplit(broker)
    if parts.scheme not in _PORTS or not parts.hostname or parts.password:
        raise NotAcceptable(
            f"expected a broker like mqtt://host:1883, got {parts.scheme}://...",
            hint=f"a password stands in the environment: {_PASSWORD}",
        )
    try:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion
    except ImportError as error:
        raise NotFound(
            "telling a broker needs the package paho-mqtt",
            hint="install it: pip install 'waternet[mqtt]'",
        ) from error
    client = Client(CallbackAPIVersion.VERSION2)
    if parts.username:
        client.username_pw_set(parts.username, os.environ.get(_PASSWORD))
    if parts.scheme == "mqtts":
        client.tls_set()
    return client, (parts.hostname, parts.port or _PORTS[parts.scheme])
