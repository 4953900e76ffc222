"""New observations, told to a broker; the subscriber is not paho's."""

import asyncio
import json
import socket
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from amqtt.broker import Broker
from amqtt.client import MQTTClient
from parties import LEVELS, make_party

from waternet.api.mqtt import Announcer
from waternet.api.sensorthings.announcing import new_observations
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
URL = "http://127.0.0.1:9"
PATIENCE = 30  # s


@contextmanager
def broker(port):
    """Run a broker, and yield the topics and payloads that a subscriber gets."""
    heard, ready, done = [], threading.Event(), threading.Event()

    async def run():
        listener = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
        plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {}}
        server = Broker({"listeners": {"default": listener}, "plugins": plugins})
        await server.start()
        client = MQTTClient()
        await client.connect(f"mqtt://127.0.0.1:{port}/")
        await client.subscribe([("v1.1/#", 1)])
        ready.set()
        while not done.is_set():
            try:
                message = await client.deliver_message(timeout_duration=0.2)
            except TimeoutError:
                continue
            if message is not None:
                heard.append((message.topic, json.loads(message.data)))
        await client.disconnect()
        await server.shutdown()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield heard
    finally:
        done.set()
        thread.join()


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait_for(heard, count):
    end = time.monotonic() + PATIENCE
    while len(heard) < count and time.monotonic() < end:
        time.sleep(0.05)
    return list(heard)


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("party"))
    party.read()
    party.publish()
    return party


def test_what_a_release_brings_is_told_also_after_the_broker_was_gone(party):
    port = _free_port()
    with Announcer(party.node, f"mqtt://127.0.0.1:{port}", URL):
        with broker(port) as heard:
            party.read(LEVELS + "W1,2015-04-01,-214\n")
            party.publish()
            told = _wait_for(heard, 2)
        topics = sorted(topic for topic, _ in told)
        assert topics == ["v1.1/Datastreams(1)/Observations", "v1.1/Observations"]
        assert {one["result"] for _, one in told} == {-214}
        assert told[0][1]["parameters"]["release"] == "jordan:3"
        assert told[0][1]["@iot.selfLink"].startswith(f"{URL}/sta/v1.1/Observations(")
        party.read(LEVELS + "W2,2015-04-01,13\n")
        party.publish()
        with broker(port) as heard:
            told = _wait_for(heard, 2)
        assert {one["result"] for _, one in told} == {13}


def test_what_not_everybody_may_read_is_not_told(tmp_path):
    party = make_party(tmp_path, access="embargo", opens="2099-01-01T00:00:00Z")
    party.read()
    party.publish()
    told = {}
    for reader in ("", None):
        with Bank.open(party.node.bank, reader=reader) as bank:
            told[reader] = list(new_observations(bank, party.node, URL, {}))
    assert told[""] == []
    assert len(told[None]) == 8  # four figures, each at two topics


def test_a_password_has_no_place_in_an_address(party):
    with pytest.raises(NotAcceptable, match="expected a broker") as caught:
        Announcer(party.node, "mqtt://me:secret@127.0.0.1", URL)
    assert "secret" not in str(caught.value)


def test_without_the_package_it_is_named(party, monkeypatch):
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    with pytest.raises(NotFound, match="paho-mqtt"):
        Announcer(party.node, "mqtt://127.0.0.1", URL)
