"""Releases that a quorum has not cosigned yet are shown as such."""

import httpx
from circles import circle_of
from web_servers import serving

from waternet.api.app import make_app


def test_a_release_says_whether_it_is_cosigned_and_is_kept_by_no_cache(tmp_path):
    with circle_of(tmp_path, ("israel", "jordan", "palestine")) as circle:
        circle.publish("jordan")
        circle.pull("palestine", "jordan")
        circle.pull("jordan", "palestine")
        circle.pull("israel", "jordan")
        circle.publish("jordan", 3)
        circle.pull("israel", "jordan")
        node = circle["israel"].node
        with (
            serving(make_app(node)) as address,
            httpx.Client(base_url=address, trust_env=False) as web,
        ):
            answer = web.get("/data/releases", params={"party": "jordan"})
    marks = {one["release"]: one["cosigned"] for one in answer.json()["rows"]}
    # The head that palestine cosigned held entries 0 to 2; the revision came later.
    assert marks == {0: True, 1: True, 2: True, 3: False}
    assert answer.headers["cache-control"] == "no-store"
