"""Keys, roles and issuers at the command line, and the trail of who did what."""

import pytest
from parties import make_party

from waternet.node.follow import follow_party
from waternet.node.issuers import Client, Issuers
from waternet.node.people import People

TRUST = ["trust", "https://login.example", "--audience", "x"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("access")
    jordan, israel = make_party(folder, "jordan"), make_party(folder, "israel")
    follow_party(jordan.node, israel.node.public / "card.json")
    return jordan.node


def test_a_key_is_shown_once_and_opens_the_door(typed, home):
    added = typed(
        *("access", "add", "hana", "--party", "jordan", "--role", "steward"),
        *("--role", "reviewer", "--about", "hydrology", "--json"),
        node=home.folder,
    )
    assert added.code == 0
    told = added.json()
    people = People(home.access)
    person = people.identify(told["key"])
    people.close()
    assert (person.name, person.party) == ("hana", "jordan")
    assert person.roles == {"steward", "reviewer"}
    listed = typed("access", "list", node=home.folder).out
    assert "hydrology" in listed
    assert told["key"] not in listed
    again = typed("access", "list", "--json", node=home.folder).out
    assert told["key"][13:] not in again


def test_roles_change_and_keys_end(typed, home):
    key = typed(
        "access", "add", "omar", "--party", "israel", "--json", node=home.folder
    )
    assert key.json()["roles"] == "reader"
    changed = typed(
        *("access", "change", "omar", "--party", "israel", "--role", "delegate"),
        node=home.folder,
    )
    assert "delegate" in changed.out
    other = typed("access", "key", "omar", "--days", "7", "--json", node=home.folder)
    prefix = other.json()["key"].split("_")[1]
    assert prefix in typed("access", "revoke", prefix, node=home.folder).out
    assert typed("access", "revoke", "omar", node=home.folder).code == 0
    listed = typed("access", "list", "--json", node=home.folder).json()
    (omar,) = [one for one in listed["people"] if one["name"] == "omar"]
    assert {one["state"] for one in omar["keys"]} == {"revoked"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "ali", "--party", "israel", "--role", "steward"], 5),
        (["add", "ali", "--party", "elsewhere"], 4),
        (["add", "ali", "--role", "root"], 3),
        (["add", "ali", "--days", "0"], 3),
        (["add", "../x"], 3),
        (["key", "nobody"], 4),
        (["revoke", "nobody"], 4),
        (["trust", "http://login.example", "--audience", "x"], 3),
        (["distrust", "https://login.example"], 4),
        ([*TRUST, "--secret-file", "secret.txt"], 3),
        ([*TRUST, "--client", "x", "--secret-file", "/nowhere"], 4),
        ([*TRUST, "--client", "x", "--secret-file", "/dev/null"], 3),
        (["audit", "--kind", "all"], 3),
        (["audit", "--since", "yesterday"], 3),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_with_the_next_step(typed, home, words, code):
    said = typed("access", *words, node=home.folder)
    assert said.code == code
    assert said.err.startswith("error: ")
    people = People(home.access)
    assert "ali" not in {one.name for one in people.everybody()}
    people.close()


def test_issuers_and_their_groups(typed, home):
    url = "https://login.example/realms/upper"
    typed("access", "trust", url, "--audience", "waternet", node=home.folder)
    typed(*("access", "allow", url, "hydrology", "--party", "jordan"), node=home.folder)
    (issuer,) = typed("access", "list", "--json", node=home.folder).json()["issuers"]
    assert issuer["groups"] == [
        {"group": "hydrology", "party": "jordan", "roles": "reader"}
    ]
    typed("access", "allow", url, "hydrology", "--nothing", node=home.folder)
    (issuer,) = typed("access", "list", "--json", node=home.folder).json()["issuers"]
    assert issuer["groups"] == []
    assert typed("access", "distrust", url, node=home.folder).code == 0


def test_the_trail_tells_what_was_changed_and_no_key(typed, home):
    key = typed("access", "add", "sami", "--json", node=home.folder).json()["key"]
    told = typed("access", "audit", "--json", node=home.folder)
    event = told.json()["events"][0]
    assert event["kind"] == "access"
    assert "sami" in event["outcome"]
    assert key[13:] not in told.out
    assert "sami" in typed("access", "audit", "--limit", "1", node=home.folder).out


def test_people_sign_in_by_an_issuer_whose_client_the_node_is(typed, home, tmp_path):
    login = "https://people.example"
    trust = ["access", "trust", login, "--audience", "x", "--client", "waternet"]
    secret = tmp_path / "secret.txt"
    secret.write_text("s3cret\n")
    said = typed(*trust, "--secret-file", secret, node=home.folder)
    assert "/sign-in/back" in said.out
    people = People(home.access)
    issuers = Issuers(people.file)
    assert issuers.clients() == [Client(login, "waternet", "s3cret")]
    for words in (["list"], ["list", "--json"], ["audit"]):
        told = typed("access", *words, node=home.folder).out
        assert "waternet" in told
        assert "s3cret" not in told
    typed(*trust[:-1], "", node=home.folder)
    assert issuers.clients() == []
    people.close()
