"""A proof of what is restricted is for its readers; others see what the log shows."""

import io
import zipfile

import httpx
import pytest
from parties import ADDRESS, LEVELS, make_party
from serving import served

from waternet.node.follow import follow_party
from waternet.node.people import People, Person
from waternet.portal.app import make_app
from waternet.record.figure_proof import read_figure_proof
from waternet.record.proof import read_proof

W1 = f"jordan:{ADDRESS}"
CORRECTED = LEVELS.replace("W1,2015-03-01,-214.5", "W1,2015-03-01,-213.5")
FIGURE = {"datastream": W1, "time": "2015-03-01"}


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """Return clients of each party's readers, and of anybody, at Jordan's node.

    Only Israel may read what Jordan publishes.
    """
    folder = tmp_path_factory.mktemp("basin")
    jordan = make_party(folder, "jordan", access="parties", parties=("israel",))
    for other in ("israel", "palestine"):
        card = make_party(folder, other).node.public / "card.json"
        follow_party(jordan.node, card)
    jordan.read()
    jordan.publish()
    jordan.read(CORRECTED)
    jordan.publish("a wrong reading")
    people = People(jordan.node.access)
    keys = {"": ""}
    for party in ("jordan", "israel", "palestine"):
        people.add(Person(party, party, frozenset({"reader"})))
        keys[party] = people.give_key(party, 1).text
    people.close()
    with served(make_app(jordan.node, rate=0)) as address:
        clients = {
            party: httpx.Client(
                base_url=address,
                trust_env=False,
                headers={"x-api-key": key} if key else {},
            )
            for party, key in keys.items()
        }
        yield clients
        for client in clients.values():
            client.close()


@pytest.mark.parametrize("party", ["jordan", "israel"])
def test_who_may_read_is_shown_the_figure_with_what_was_and_was_not_checked(
    asking, party
):
    told = asking[party].get("/proof", params=FIGURE).json()
    assert (told["verdict"], told["restricted"]) == ("holds", True)
    assert (told["figure"]["value"], told["figure"]["read_from"]) == (-213.5, "bank")
    held = {one["check"]: one["holds"] for one in told["checks"]}
    assert (held["files"], held["figure"], held["since"]) == (True, None, None)
    page = asking[party].get("/proof", params=FIGURE, headers={"accept": "text/html"})
    assert "unchanged since" not in page.text
    assert "By this node's database no later entry says otherwise" in page.text
    assert [one["old_value"] for one in told["chain"]] == [-214.5, None]


@pytest.mark.parametrize("party", ["palestine", ""])
def test_others_are_told_what_they_are_told_of_a_figure_that_never_was(asking, party):
    for path in ("/proof", "/proof/file"):
        there = asking[party].get(path, params=FIGURE)
        never = asking[party].get(path, params={**FIGURE, "datastream": f"{W1}x"})
        assert there.status_code == never.status_code == 404
        assert there.text.replace(W1, "") == never.text.replace(f"{W1}x", "")


@pytest.mark.parametrize("party", ["jordan", "israel", "palestine", ""])
def test_everybody_sees_that_the_entry_holds_and_nobody_else_what_is_in_it(
    asking, party
):
    number = asking["jordan"].get("/proof", params=FIGURE).json()["chain"][0]["release"]
    told = asking[party].get(f"/entries/jordan/{number}").json()
    assert (told["verdict"], told["restricted"]) == ("holds", True)
    assert told["said"]["sealed"]["to"] == ["israel", "jordan"]
    assert told["said"]["reason"] == "a wrong reading"
    counts = told["changes"]["counts"]
    assert counts == ({"changed": 1} if party in ("jordan", "israel") else {})
    page = (
        asking[party]
        .get(f"/entries/jordan/{number}", params={"format": "html", "lang": "en"})
        .text
    )
    assert ("−213.5" in page) == (party in ("jordan", "israel"))
    (listed, *_) = asking[party].get("/entries?kind=revise").json()["entries"]
    assert (listed["access"], listed["rows"]) == ("restricted", 1)


@pytest.mark.parametrize("party", ["jordan", "israel"])
def test_the_file_to_take_away_does_not_carry_the_figure_in_the_open(asking, party):
    content = asking[party].get("/proof/file", params=FIGURE).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        proof = read_proof(archive.read("figure.tlog-proof"))
        assert not [name for name in archive.namelist() if name.startswith("files/")]
    carried = read_figure_proof(proof.extra)
    assert (carried.datastream, dict(carried.blobs)) == ("", {})
