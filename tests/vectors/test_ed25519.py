"""Published Ed25519 vectors (C2SP Wycheproof, 'ed25519_test.json')."""

import json
from pathlib import Path

from waternet.errors import NotVerified
from waternet.record.note import Verifier


def test_signatures_are_judged_as_wycheproof_says(shared: Path):
    path = shared / "vectors/wycheproof/ed25519_test.json"
    published = json.loads(path.read_text(encoding="utf-8"))
    judged = 0
    for group in published["testGroups"]:
        verifier = Verifier("wycheproof", bytes.fromhex(group["publicKey"]["pk"]))
        for vector in group["tests"]:
            text, signature = (bytes.fromhex(vector[name]) for name in ("msg", "sig"))
            try:
                verifier.verify(text, signature)
                result = "valid"
            except NotVerified:
                result = "invalid"
            assert result == vector["result"], vector["tcId"]
            judged += 1
    assert judged == published["numberOfTests"]
