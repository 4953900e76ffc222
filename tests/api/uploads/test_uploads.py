"""Agencies' files over HTTP: taken with a recipe, reported, discarded; never signed."""

import csv
import io

import httpx
import pyarrow as pa
import pyarrow.parquet
import pytest
from parties import ADDRESS, LEVELS, RECIPE, make_party, quiet
from web_servers import serving

from waternet.api.app import make_app
from waternet.api.uploads import routes
from waternet.node.pending import list_pending
from waternet.node.publish import publish_pending, read_keys

LEFT_OUT = RECIPE.replace('dataset = "levels"', 'dataset = "others"')


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    return make_party(tmp_path_factory.mktemp("party"))


@pytest.fixture(scope="module")
def address(party):
    """Return where everybody is a steward."""
    with serving(make_app(party.node, is_unguarded=True, rate=0)) as address:
        yield address


@pytest.fixture
def web(address, party):
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client
    for folder in party.node.pending.glob("[0-9]*"):
        with httpx.Client(base_url=address, trust_env=False) as client:
            assert client.delete(f"/upload/{folder.name}").status_code == 204


def send(web, content=LEVELS, name="levels.csv", recipe=RECIPE, path="/upload", **said):
    files = {"file": (name, content)}
    if recipe:
        files["recipe"] = ("anything.toml", recipe)
    return web.post(path, files=files, data=said)


def test_a_file_with_its_recipe_waits_to_be_published(web, party):
    answer = send(web, title="March", source="Field book 3")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    # By hand from the file: four levels, one of them a limit; 'n/a' is no number.
    assert (told["observations"], told["censored"], told["rejected"]) == (4, 1, 1)
    assert (told["stations"], told["datastreams"], told["missing"]) == (2, 2, 0)
    assert answer.headers["location"].endswith(f"/upload/{told['pending']}")
    assert str(party.node.folder) not in answer.text
    (waiting,) = web.get("/upload").json()
    assert (waiting["title"], waiting["file"]) == ("March", "levels.csv")
    assert waiting == web.get(f"/upload/{told['pending']}").json()
    # Nothing of it is in the bank or the record.
    assert web.get("/data/observations").json()["rows"] == []
    assert not (party.node.public / "checkpoint").exists()


def test_what_could_not_be_read_is_told_cell_by_cell(web):
    broken = LEVELS + "W3,2015-01-01,12;5\nW3,yesterday,3\n"
    told = send(web, broken).json()
    assert told["rejected"] == 3
    assert [(one["row"], one["column"], one["value"]) for one in told["rejects"]] == [
        ("6", "level", "n/a"),
        ("7", "level", "12;5"),
        ("8", "day", "yesterday"),
    ]
    rejects = web.get(f"/upload/{told['pending']}/rejects")
    assert rejects.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(rejects.text)))
    assert [row["value"] for row in rows] == ["n/a", "12;5", "yesterday"]
    assert web.get(told["rejects_at"]).content == rejects.content


def test_one_that_was_discarded_is_gone(web):
    name = send(web).json()["pending"]
    assert web.delete(f"/upload/{name}").status_code == 204
    assert web.delete(f"/upload/{name}").status_code == 404
    assert web.get(f"/upload/{name}").status_code == 404
    assert web.get("/upload").json() == []


def test_another_process_that_writes_is_waited_for(web, party):
    with party.node.writing():
        answer = send(web)
    assert answer.status_code == 409
    assert "another process is writing" in answer.json()["detail"]
    assert web.get("/upload").json() == []


def test_a_recipe_that_the_node_keeps_is_named(web):
    kept = web.put(
        "/recipes/wells", content=RECIPE, headers={"content-type": "application/toml"}
    )
    assert kept.json() == {"name": "wells", "format": "delimited", "dataset": "levels"}
    assert web.get("/recipes").json() == ["wells"]
    assert web.get("/recipes/wells").text == RECIPE
    by_form = send(web, recipe="", recipe_name="wells")
    assert by_form.status_code == 201
    by_body = web.post(
        "/upload?recipe_name=wells&file_name=march.csv&title=March",
        content=LEVELS,
        headers={"content-type": "text/csv"},
    )
    assert by_body.json()["observations"] == 4
    assert web.delete("/recipes/wells").status_code == 204
    gone = send(web, recipe="", recipe_name="wells")
    assert (gone.status_code, "keeps no recipe" in gone.text) == (404, True)


def test_parquet_is_taken_as_csv_is(web):
    columns = {"well": ["W1", "W2"], "day": ["2015-01-01"] * 2, "level": [1.5, 2.5]}
    sink = io.BytesIO()
    pa.parquet.write_table(pa.table(columns), sink)
    recipe = RECIPE.replace('"delimited"', '"parquet"')
    told = send(web, sink.getvalue(), "levels.parquet", recipe).json()
    assert (told["observations"], told["rejected"]) == (2, 0), told


def test_what_was_uploaded_is_published_as_what_was_imported(tmp_path):
    party = make_party(tmp_path)
    with (
        serving(make_app(party.node, is_unguarded=True)) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        send(web, source="Field book 3")
        publish_pending(party.node, read_keys(party.node, ""), "", quiet)
        asked = {"datastream": f"jordan:{ADDRESS}"}
        told = web.get("/data/observations", params=asked).json()
    assert [row["value"] for row in told["rows"]] == [-214.87, -215.0, -214.5]
    assert told["citation"][0]["source"] == "Field book 3"


def test_a_file_without_a_recipe_is_answered_with_one(web):
    refused = send(web, recipe="")
    assert (refused.status_code, "without a recipe" in refused.text) == (400, True)
    proposed = send(web, recipe="", path="/upload/suggest", dataset="levels").json()
    assert proposed["format"] == "delimited"
    assert {"guesses", "questions", "open", "toml"} <= set(proposed)
    answers = {key: "Asia/Amman" for key in proposed["open"] if key == "time.zone"}
    assert web.get("/upload").json() == []
    again = web.post(
        "/upload/suggest",
        files={
            "file": ("levels.csv", LEVELS),
            "answers": (None, '{"time.zone": "Asia/Amman"}'),
        },
    ).json()
    assert set(again["open"]) == set(proposed["open"]) - set(answers)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\data\\levels.csv", "levels.csv"),
        (".hidden", "hidden"),
        ("مناسيب.csv", "مناسيب.csv"),
        ("a" * 300 + ".csv", "a" * 196 + ".csv"),
    ],
)
def test_a_file_is_named_as_its_sender_named_it_and_lies_nowhere_else(
    web, party, name, kept
):
    before = sorted(party.node.folder.rglob("*"))
    told = send(web, name=name).json()
    (pending,) = list_pending(party.node)
    assert pending.origin.input_name == kept
    added = set(party.node.folder.rglob("*")) - set(before)
    inside = party.node.pending / told["pending"]
    assert all(one == inside or inside in one.parents for one in added)


@pytest.mark.parametrize(
    "recipe",
    [
        "not toml [",
        'format = "exec"\ndataset = "levels"\n',
        'format = "../../bin/sh"\ndataset = "levels"\n',
        RECIPE + 'command = "rm -rf /"\n',
        RECIPE.replace("[station]", '[station]\nfile = "/etc/passwd"'),
        RECIPE.replace('dataset = "levels"', 'dataset = "../levels"'),
        "\x00",
    ],
)
def test_a_recipe_can_name_no_file_and_no_command(web, recipe):
    answer = send(web, recipe=recipe)
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"
    assert web.get("/upload").json() == []


@pytest.mark.parametrize(
    "name", ["../keys", "%2e%2e%2fkeys%2fsteward", "a/b", "a b", "x" * 65, "ب"]
)
def test_a_recipes_name_leads_nowhere(web, address, party, name):
    url = httpx.URL(f"{address}/recipes/{name}")
    kind = {"content-type": "application/toml"}
    assert web.put(url, content=RECIPE, headers=kind).status_code in (400, 404, 405)
    assert web.get(url).status_code in (400, 404)
    assert not list(party.node.folder.glob("recipes/*"))
    assert send(web, recipe="", recipe_name=name).status_code in (400, 404)


@pytest.mark.parametrize(
    ("media_type", "content", "message"),
    [
        ("multipart/form-data", b"x", "boundary"),
        ("multipart/form-data; boundary=b", b"x", "begin with its boundary"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx", "the middle"),
        ("multipart/form-data; boundary=b", b"--b\r\nx: y\r\n\r\nz\r\n--b--", "name"),
        ("multipart/form-data; boundary=b", b"--b--", "no field 'file'"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="odd"\r\n\r\nz\r\n--b--',
            "a field 'odd'",
        ),
        ("text/csv", b"", "no file"),
        ("text/csv", b"a,b\n1,2\n", "without a recipe"),
    ],
)
def test_a_body_that_is_no_upload_says_why(web, media_type, content, message):
    headers = {"content-type": media_type}
    answer = web.post("/upload", content=content, headers=headers)
    assert answer.status_code == 400
    assert message in answer.json()["detail"]


def test_a_dataset_that_the_node_does_not_have_is_refused_before_it_is_signed(web):
    told = send(web, recipe=LEFT_OUT).json()
    assert told["dataset"] == "others"  # publishing asks for its terms


def test_nobody_but_a_steward_uploads(party):
    with (
        serving(make_app(party.node)) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        assert send(web).status_code == 401
        for method, path in [
            ("GET", "/upload"),
            ("GET", "/recipes"),
            ("PUT", "/recipes/a"),
            ("DELETE", "/upload/0001-levels"),
            ("POST", "/upload/suggest"),
        ]:
            assert web.request(method, path).status_code == 401, path


def test_a_large_form_is_read_from_disk(web):
    days = [f"{year}-{month:02}-01" for year in range(1900, 2000) for month in (1, 7)]
    large = "well,day,level\n" + "".join(
        f"W{well:05},{day},{well}.5\n" for well in range(300) for day in days
    )
    assert len(large) > 1 << 20
    told = send(web, large).json()
    assert (told["observations"], told["rejected"]) == (60_000, 0)


def test_a_large_text_is_read_in_a_process_of_its_own(web, monkeypatch):
    monkeypatch.setattr(routes, "_SMALL", 0)
    told = send(web, LEVELS + "W3,2015-01-01,12;5\n").json()
    assert (told["observations"], told["rejected"]) == (4, 2)
    wrong = send(web, recipe=RECIPE.replace('"well"', '"no such column"', 1))
    assert wrong.status_code == 400
    assert "no such column" in wrong.json()["detail"]
