"""Proof pages: a plain verdict first, computed from the disk, and everything below."""

import io
import re
import shutil
import zipfile

import httpx
import pytest
from circles import circle_of
from parties import ADDRESS, LEVELS, make_party
from serving import served

from waternet.cli.main import run
from waternet.node.cosigning import gather_cosignatures
from waternet.node.folder import open_node
from waternet.node.publish import publish_withdrawal, read_keys
from waternet.portal.app import make_app

W1 = f"jordan:{ADDRESS}"
BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
CORRECTED = LEVELS.replace("W1,2015-03-01,-214.5", "W1,2015-03-01,-213.5")


@pytest.fixture(scope="module")
def circle(tmp_path_factory):
    """Return three parties: jordan's five entries are cosigned by both others."""
    folder = tmp_path_factory.mktemp("three")
    with circle_of(folder, ("israel", "jordan", "palestine")) as circle:
        circle.publish("jordan")
        circle["jordan"].read(CORRECTED, "قياسات.csv")
        circle["jordan"].publish("خطأ في القراءة")
        gather_cosignatures(circle["jordan"].node)
        circle.pull("israel", "jordan")
        yield circle


@pytest.fixture(scope="module")
def client(circle):
    """Return what asks israel's node, which mirrors jordan's record."""
    with (
        served(make_app(circle["israel"].node, rate=0)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


@pytest.fixture
def copied(circle, tmp_path):
    """Return a copy of jordan's node and what asks it."""
    copy = shutil.copytree(circle["jordan"].node.folder, tmp_path / "jordan")
    node = open_node([copy])
    with (
        served(make_app(node, rate=0)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield node, client


def _figure(client, time, **more):
    told = client.get("/proof", params={"datastream": W1, "time": time, **more})
    assert told.status_code == 200, told.text
    return told.json()


def _text(client, path, lang="en", **params):
    told = client.get(path, params={**params, "lang": lang}, headers=BROWSER)
    assert told.status_code == 200, told.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", told.text))


def test_a_figure_that_holds_says_so_first_in_words(client):
    said = _text(client, "/proof", datastream=W1, time="2015-03-01")
    verdict = said.partition("Signed by the steward of Jordan on ")[2][:70]
    assert re.match(r"\d+ \w+ \d{4}; unchanged since\. 3 of 3 nodes agree\.", verdict)
    assert said.index("nodes agree") < said.index("What was checked just now")
    assert "−213.5" in said


def test_the_page_is_data_at_the_same_address(client):
    told = _figure(client, "2015-03-01")
    assert (told["verdict"], told["figure"]["value"]) == ("holds", -213.5)
    assert told["figure"]["read_from"] == "file"
    assert told["time"] == "2015-02-28T22:00:00Z"
    assert {one["check"]: one["holds"] for one in told["checks"]} == dict.fromkeys(
        ("head", "place", "steward", "files", "cosignatures", "figure", "since"), True
    )
    assert [one["party"] for one in told["release"]["cosigned"]] == [
        "israel",
        "palestine",
    ]
    assert told["release"]["quorum_met"] is True


def test_an_address_may_leave_its_end_open_as_it_may_elsewhere(client):
    short = "/".join(W1.split("/")[:2])
    assert short != W1
    told = _figure(client, "2015-03-01", datastream=short)
    assert told == _figure(client, "2015-03-01")


def test_the_chain_tells_old_and_new_value_who_when_and_why(client):
    chain = _figure(client, "2015-03-01")["chain"]
    told = [(one["change"], one["old_value"], one["value"]) for one in chain]
    assert told == [("revised", -214.5, -213.5), ("published", None, -214.5)]
    assert chain[0]["reason"] == "خطأ في القراءة"
    assert [one["is_shown"] for one in chain] == [True, False]


def test_what_was_corrected_says_by_which_release_and_why(client):
    release = _figure(client, "2015-03-01")["chain"][1]["release"]
    told = _figure(client, "2015-03-01", release=release)
    assert (told["verdict"], told["figure"]["value"]) == ("corrected", -214.5)
    said = _text(
        client, "/proof", datastream=W1, time="2015-03-01", release=str(release)
    )
    assert "It stands no more: the steward of Jordan signed it" in said
    assert "Reason: خطأ في القراءة" in said


@pytest.mark.parametrize(
    ("lang", "words"),
    [("ar", "تتفق 3 من أصل 3 من العُقد"), ("he", "3 מתוך 3 צמתים מסכימים")],
)
def test_the_verdict_is_in_the_readers_language(client, lang, words):
    assert words in _text(client, "/proof", lang, datastream=W1, time="2015-03-01")


def test_an_altered_file_shows_at_the_next_request(copied):
    node, client = copied
    assert _figure(client, "2015-01-01")["verdict"] == "holds"
    for path in (node.public / "blob").glob("*/*"):
        content = bytearray(path.read_bytes())
        if content.startswith(b"PAR1"):
            content[40] ^= 1
            path.write_bytes(content)
    told = _figure(client, "2015-01-01")
    assert told["verdict"] == "does-not-hold"
    assert told["findings"][0]["finding"] == "corrupt-blob"
    assert "this copy was changed" in told["findings"][0]["means"]
    said = _text(client, "/proof", datastream=W1, time="2015-01-01")
    assert "It does not hold" in said
    assert "corrupt-blob" in said


def test_an_answer_is_kept_by_no_cache_and_a_tag_that_was_guessed_is_no_use(client):
    told = client.get("/proof", params={"datastream": W1, "time": "2015-03-01"})
    assert told.headers["cache-control"] == "no-store"
    assert "etag" not in told.headers


def test_an_entry_shows_what_it_changed_its_fields_and_neighbours(client):
    told = client.get("/entries/jordan/3").json()
    assert (told["verdict"], told["kind"]) == ("holds", "revise")
    assert told["changes"]["counts"] == {"changed": 1}
    (row,) = told["changes"]["rows"]
    assert (row["old_value"], row["value"]) == (-214.5, -213.5)
    assert (told["before"], told["after"]) == (2, None)
    said = _text(client, "/entries/jordan/3")
    assert "Corrects figures" in said
    assert "Entry 3 in the record of Jordan" in said
    same = client.get("/proof", params={"party": "jordan", "release": "3"}).json()
    assert same == told


def test_every_kind_of_entry_has_a_page_in_every_language(client):
    for number in range(4):
        for lang in ("ar", "he", "en"):
            assert _text(client, f"/entries/jordan/{number}", lang)


def test_files_that_an_entry_names_can_be_taken_from_its_page(client):
    text = client.get("/entries/jordan/2", headers=BROWSER).text
    paths = re.findall(r'href="(/mirror/jordan/blob/[^"]+)"', text)
    assert len(paths) == 3  # figures, datastreams, rules
    assert {client.get(path).status_code for path in paths} == {200}


def test_a_record_as_a_whole_is_proved(client):
    told = client.get("/proof", params={"party": "jordan"}).json()
    assert (told["verdict"], told["entries"], told["checked"]) == ("holds", 4, 4)
    said = _text(client, "/proof", party="jordan")
    assert "The record is as Jordan signed it. 3 of 3 nodes agree." in said


def test_a_withdrawn_release_says_so(copied):
    node, client = copied
    publish_withdrawal(node, read_keys(node, ""), 2, "wrong datum")
    told = _figure(client, "2015-01-01")
    assert (told["verdict"], told["change"]) == ("withdrawn", "withdrawn")
    assert client.get("/entries/jordan/2").json()["verdict"] == "withdrawn"
    assert "wrong datum" in _text(client, "/proof", datastream=W1, time="2015-01-01")


def test_a_node_alone_says_that_nobody_else_keeps_watch(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    with (
        served(make_app(party.node, rate=0)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        said = _text(client, "/proof", datastream=W1, time="2015-01-01")
        assert "No other node keeps watch over this record here." in said


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 400),
        ({"datastream": W1}, 400),
        ({"datastream": W1, "time": "never"}, 400),
        ({"datastream": W1, "time": "1999-01-01"}, 404),
        ({"datastream": "jordan:no/such", "time": "2015-01-01"}, 404),
        ({"party": "egypt"}, 404),
        ({"party": "jordan", "release": "99"}, 404),
        ({"party": "jordan", "release": "-1"}, 400),
    ],
)
def test_what_is_not_there_is_refused(client, params, status):
    for path in ("/proof", "/proof/file"):
        if path == "/proof/file" and params == {"party": "egypt"}:
            continue
        assert client.get(path, params=params).status_code == status, path


def test_the_file_to_take_away_has_the_same_policy_as_the_page_shows(client):
    params = {"datastream": W1, "time": "2015-03-01"}
    told = client.get("/proof/file", params=params)
    assert told.headers["content-type"] == "application/zip"
    assert 'filename="waternet-proof.zip"' in told.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(told.content)) as archive:
        policy = archive.read("parties.policy")
    assert client.get("/proof/policy").content == policy


def test_the_file_is_checked_in_an_empty_folder_without_a_node(
    client, tmp_path, monkeypatch, capsys
):
    params = {"datastream": W1, "time": "2015-03-01"}
    (tmp_path / "waternet-proof.zip").write_bytes(
        client.get("/proof/file", params=params).content
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WATERNET_NODE", raising=False)
    assert run(["verify", "waternet-proof.zip"]) == 0
    said = capsys.readouterr().out
    assert "-213.5 m" in said
    assert "quorum met  yes" in said
    assert "the party's steward signed it" in said


def test_an_older_statement_is_proved_by_a_file_of_its_own(client, tmp_path, capsys):
    params = {"datastream": W1, "time": "2015-03-01", "release": "2"}
    file = tmp_path / "older.zip"
    file.write_bytes(client.get("/proof/file", params=params).content)
    assert run(["verify", str(file)]) == 0
    assert "-214.5 m" in capsys.readouterr().out
