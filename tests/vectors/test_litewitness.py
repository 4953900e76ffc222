"""The published exchange with litewitness, replayed over HTTP.

Source: the test ``litewitness.txt`` of FiloSottile/torchwood (cmd/litewitness). Its log
is a Sigsum log: its key is given as 32 bytes in hexadecimal, and its origin is
``sigsum.org/v1/tree/`` with the SHA-256 of that key. The verifier key that such a log
would have as a signed note follows from both: the origin is the key's name, and the key
id is made of name and key as C2SP signed-note says.

One difference: to an unknown log litewitness answers 403; the present text of C2SP
tlog-witness prescribes 404.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from parties import make_party
from serving import app_of, served

from waternet.api.witness import witness_route
from waternet.exchange.card import read_card
from waternet.exchange.witness import witness_path
from waternet.node.durable import write_durably
from waternet.node.follow import follow_party
from waternet.node.keys import write_secret
from waternet.record.checkpoint import verify_checkpoint
from waternet.record.cosignature import WitnessSigner, cosigned_times
from waternet.record.key import Verifier

_REQUEST = re.compile(
    r"^POST (?P<url>\S+)\n```\n(?P<body>.*?)```\nHTTP (?P<status>\d+)\n"
    r"\[Asserts\]\nbody (?P<how>contains|==) \"(?P<text>.*?)\"$",
    re.DOTALL | re.MULTILINE,
)
UNKNOWN_LOG = {403: 404}


@dataclass(frozen=True)
class Published:
    """The log's key, the witness's key, and each request with its answer."""

    log: Verifier
    witness: WitnessSigner
    exchange: list[dict[str, str]]


@pytest.fixture
def published(shared):
    text = (shared / "vectors/witness/litewitness.txt").read_text(encoding="utf-8")
    key = bytes.fromhex(re.search(r"add-sigsum-log -key=([0-9a-f]{64})", text)[1])
    name = re.search(r"-name=(\S+)", text)[1]
    pem = re.search(r"-- witness_key.pem --\n(.*?\n-----END.*?-----\n)", text, re.S)[1]
    seed = load_ssh_private_key(pem.encode(), None).private_bytes_raw()
    return Published(
        Verifier(f"sigsum.org/v1/tree/{sha256(key).hexdigest()}", key),
        WitnessSigner(name, seed),
        [match.groupdict() for match in _REQUEST.finditer(text)],
    )


@pytest.fixture
def node(tmp_path, published):
    """Return a node with the published witness's key that follows the published log."""
    node = make_party(tmp_path, "witness").node
    write_secret(node.key("witness"), published.witness.to_text(), "")
    own = (node.public / "card.json").read_bytes()
    made = node.cards()["witness"].witness_key
    given = published.witness.verifier.to_text()
    write_durably(node.public / "card.json", own.replace(made.encode(), given.encode()))
    card = tmp_path / "card.json"
    card.write_text(
        '{"party": "log", "names": {"en": "Log"}, '
        f'"origin": "{published.log.name}", "log_key": "{published.log.to_text()}", '
        f'"steward_key": "{published.log.to_text()}"}}'
    )
    follow_party(node, card)
    return node


def test_the_published_exchange_passes(published, node):
    unknown = 0
    with served(app_of(witness_route(node))) as address, httpx.Client() as client:
        for one in published.exchange:
            answer = client.post(f"{address}/add-checkpoint", content=one["body"])
            expected = int(one["status"])
            if one["text"] == "unknown log":
                expected, unknown = UNKNOWN_LOG[expected], unknown + 1
            assert answer.status_code == expected, one
            wanted = one["text"].replace("\\n", "\n")
            if one["how"] == "==":
                assert answer.text == wanted
                assert answer.headers["content-type"] == "text/x.tlog.size"
            else:
                assert wanted in answer.text
    assert (len(published.exchange), unknown) == (9, 1)
    shown = (node.public / witness_path(published.log.name)).read_bytes()
    # litewitness's own list of logs says at the end: "size":5.
    assert verify_checkpoint(shown, [published.log]).size == 5
    assert cosigned_times(shown, [published.witness.verifier])


def test_the_cards_of_both_are_as_they_were_given(published, node):
    cards = node.cards()
    assert cards["witness"].witness_verifier == published.witness.verifier
    assert read_card(cards["log"].to_json(), "card") == cards["log"]
