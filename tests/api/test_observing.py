"""What is noted of requests: counts, times and a log, and nothing secret."""

import json

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from web_servers import serving

from waternet.api.access_log import AccessLog
from waternet.api.app import make_app
from waternet.errors import NotAcceptable


def samples(text):
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_and_logged_without_what_they_carry(node, tmp_path):
    log = tmp_path / "access.jsonl"
    with (
        serving(make_app(node, log=AccessLog(str(log)))) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        secret = {"authorization": "Bearer s3cret", "x-api-key": "s3cret"}
        web.get("/health")
        web.get("/health", params={"token": "s3cret"})
        web.get("/checkpoint", headers=secret)
        web.get("/nowhere?key=s3cret", headers={"cookie": "s3cret"})
        told = web.get("/metrics")
    assert "s3cret" not in log.read_text()
    assert "s3cret" not in told.text
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(one["operation"], one["path"], one["status"]) for one in lines] == [
        ("health", "/health", 200),
        ("health", "/health", 400),  # a key has no place in an address
        ("record", "/checkpoint", 200),
        ("record", "/nowhere", 404),
        ("metrics", "/metrics", 200),
    ]
    assert lines[0]["bytes"] == len("ok\n")
    assert all(one["caller"] == "127.0.0.1" and one["ms"] >= 0 for one in lines)
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    counted = samples(told.text)
    one = ("method", "GET"), ("operation", "health"), ("status", "200")
    assert counted["waternet_requests_total", one] == 1
    assert counted["waternet_requests_under_way", ()] == 1  # this very one
    assert counted["process_resident_memory_bytes", ()] > 1e6


def test_each_application_counts_for_itself(node):
    for _ in range(2):
        with (
            serving(make_app(node)) as address,
            httpx.Client(base_url=address, trust_env=False) as web,
        ):
            web.get("/health")
            counted = samples(web.get("/metrics").text)
        one = ("method", "GET"), ("operation", "health"), ("status", "200")
        assert counted["waternet_requests_total", one] == 1


def test_a_log_that_cannot_be_written_is_told_before_anything_is_served(tmp_path):
    with pytest.raises(NotAcceptable, match="cannot be written"):
        AccessLog(str(tmp_path / "no-folder" / "log"))
