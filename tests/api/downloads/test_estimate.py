"""What an estimate says of a download is near what the download is."""

import httpx
import pytest
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("party"))
    days = [f"{year}-{month:02}-01" for year in range(1900, 2000) for month in (1, 7)]
    party.read(
        "well,day,level\n"
        + "".join(
            f"W{n:04},{day},{(n * 7919 + at * 104729) % 10007 / 100}\n"
            for n in range(50)
            for at, day in enumerate(days)
        )
    )
    party.publish()
    with (
        serving(make_app(party.node)) as address,
        httpx.Client(base_url=f"{address}/data", trust_env=False) as client,
    ):
        client.headers["accept-encoding"] = "identity"
        yield client


@pytest.mark.parametrize(
    "form",
    ["json", "csv", "xlsx", "parquet", "arrow", "zip", "waterml2", "waterml1"],
)
def test_bytes_are_within_a_factor_of_three(web, form):
    told = web.get("/estimate").json()
    assert told["rows"] == 10_000
    size = len(web.get("/observations", params={"format": form}).content)
    assert size / 3 < told["forms"][form]["bytes"] < size * 3


def test_rows_of_what_is_gathered_are_not_more_than_told(web):
    asked = {"aggregate": "year"}
    told = web.get("/estimate", params=asked).json()
    rows = web.get("/observations", params=asked).json()["rows"]
    assert told["figures"] == 10_000
    assert len(rows) == 5_000 <= told["rows"] <= 6_000
