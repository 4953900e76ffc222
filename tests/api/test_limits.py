"""One caller cannot take what is for all."""

import asyncio

import httpx
from web_servers import serving

from waternet.api.app import make_app
from waternet.api.limits import Limits, Turns


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_bucket_fills_up_again_and_no_further():
    clock = Clock()
    limits = Limits(2.0, clock=clock)  # of 2/s, 20 s at once: 40
    assert [limits.wait("a") for _ in range(40)] == [0.0] * 40
    assert limits.wait("a") == 0.5
    assert limits.wait("b") == 0.0
    clock.now = 1.0
    assert [limits.wait("a") for _ in range(3)] == [0.0, 0.0, 0.5]
    clock.now = 1e6
    assert [limits.wait("a") for _ in range(41)].count(0.0) == 40


def test_what_is_charged_must_be_waited_for():
    clock = Clock()
    limits = Limits(1.0, clock=clock)
    limits.charge("a", 30.0)
    assert limits.wait("a", 0) == 10.0
    clock.now = 10.0
    assert limits.wait("a", 0) == 0.0


def test_without_a_rate_there_is_no_limit():
    limits = Limits(0.0)
    limits.charge("a", 1e9)
    assert limits.wait("a") == 0.0


def test_who_asks_too_often_is_told_when_to_come_back(node):
    with (
        serving(make_app(node, rate=0.1)) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        codes = [web.get("/health").status_code for _ in range(3)]
        refused = web.get("/health")
        # The record's files cost no more than the refusal: mirrors read many of them.
        assert web.get("/checkpoint").status_code == 200
        elsewhere = web.get("/health", headers={"X-Forwarded-For": "192.0.2.7"})
    assert codes == [200, 200, 429]
    assert refused.json()["kind"] == "TooOften"
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert elsewhere.status_code == 200


def test_a_caller_with_many_questions_keeps_nobody_else_waiting():
    turns, order = Turns(2), []

    async def ask(caller, number, done):
        async with turns.turn(caller):
            order.append((caller, number))
            await done.wait()

    async def all_of_them():
        done = asyncio.Event()
        greedy = [asyncio.create_task(ask("a", n, done)) for n in range(5)]
        await asyncio.sleep(0)
        other = asyncio.create_task(ask("b", 0, done))
        await asyncio.sleep(0)
        before = list(order)
        done.set()
        await asyncio.gather(*greedy, other)
        return before

    before = asyncio.run(all_of_them())
    assert before == [("a", 0), ("a", 1), ("b", 0)]
    assert [number for caller, number in order if caller == "a"] == [0, 1, 2, 3, 4]
