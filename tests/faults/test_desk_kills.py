"""A server killed as the Desk signs: the import is pending or published, never half."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from parties import make_party, quiet

from waternet.bank.news import entries_between
from waternet.bank.seal import reading_bank
from waternet.node.pending import list_pending
from waternet.node.verification import verify_node

TESTS = Path(__file__).resolve().parents[1]
PAGE = "/desk/imports/0001-levels"
SERVER = """
import sys
from pathlib import Path
from waternet.node.folder import open_node
from waternet.portal.app import make_app
from web_servers import serving
node = open_node([Path(sys.argv[1])])
with serving(make_app(node, rate=0, is_unguarded=True)) as address:
    print(address, flush=True)
    sys.stdin.read()
"""
POINTS = ["log.staged", "log.committed", "publish.before-bank"]


@contextmanager
def served(folder, point=""):
    """Serve a node in a process of its own, which stops at a failpoint."""
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    if point:
        env["WATERNET_FAILPOINT"] = point
    words = [sys.executable, "-c", SERVER, str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, env=env, text=True) as server:
        address = server.stdout.readline().strip()
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as web:
            yield server, web
        server.stdin.close()


def sign(web):
    digest = web.get(PAGE).json()["digest"]
    return web.post(f"{PAGE}/publish", data={"digest": digest, "author": "Rana"})


@pytest.mark.parametrize("point", POINTS)
def test_a_server_killed_as_it_signs_leaves_nothing_half_done(point, tmp_path):
    party = make_party(tmp_path)
    party.read()
    node = party.node
    with served(node.folder, point) as (server, web):
        with pytest.raises(httpx.TransportError):
            sign(web)
        assert server.wait(30) == -signal.SIGKILL
    # Whoever looks at the Desk again finds the import, and signs it.
    assert [one.folder.name for one in list_pending(node)] == ["0001-levels"]
    with served(node.folder) as (_server, web):
        done = sign(web)
        assert done.status_code == 303, done.text
        assert web.get("/desk").json()["imports"] == []
    assert verify_node(node, quiet).findings == []
    with reading_bank(node.bank) as bank:
        kinds = [one.kind for one in entries_between(bank, "jordan", 0, 100)]
    assert kinds == ["station", "terms", "release"]
