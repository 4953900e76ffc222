"""The Desk's pages as browsers get them, in three languages, and who may see them."""

import re
from html.parser import HTMLParser

import pytest
from parties import LEVELS, RECIPE

from waternet.node.recipes import keep_recipe

PAGES = [
    "/desk",
    "/desk/requests",
    "/desk/imports/0001-levels",
    "/desk/receipt?first=0",
]
HOSTILE = "<img src=x onerror=alert(1)>&quot;\u202e.csv"


class Tags(HTMLParser):
    """Counts elements, and keeps what forms and labels name."""

    def __init__(self):
        super().__init__()
        self.ids, self.labels, self.texts = [], [], []
        self.controls, self.scripts, self.styles = [], [], []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if "id" in told:
            self.ids.append(told["id"])
        if tag == "label" and "for" in told:
            self.labels.append(told["for"])
        if tag in ("input", "select", "textarea") and told.get("type") not in (
            "hidden",
            "radio",
        ):
            self.controls.append(told.get("id"))
        if tag == "script" and "src" not in told:
            self.scripts.append(told.get("type"))
        if "style" in told or tag == "style":
            self.styles.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def read(answer):
    tags = Tags()
    tags.feed(answer.text)
    return tags


@pytest.fixture
def worked(desk):
    """Return a Desk with an import, a release, a file that asks and one that failed."""
    desk.party.read()
    desk.party.node.write_profile(desk.party.node.profile)
    desk.send("rana", LEVELS, "asks.csv")
    desk.send("rana", b"\x00\x01\x02" * 50, "broken.bin")
    return desk


@pytest.mark.parametrize("language", ["ar", "he", "en"])
def test_pages_are_whole_in_every_language(worked, language):
    files = [one["number"] for one in worked.get("rana", "/desk").json()["files"]]
    paths = ["/desk", "/desk/requests"]
    paths += [f"/desk/files/{number}" for number in files]
    paths += [f"/desk/imports/0001-levels?tab={tab}" for tab in ("figures", "rejects")]
    paths += ["/desk/imports/0001-levels", "/desk/imports/0001-levels?tab=edits"]
    for path in paths:
        for who in ("rana", "lena"):
            if who == "lena" and "/files/" in path:
                continue
            mark = "&" if "?" in path else "?"
            answer = worked.see(
                who,
                f"{path}{mark}lang={language}".partition("?")[0],
                **dict(
                    pair.split("=")
                    for pair in f"{path}{mark}lang={language}".partition("?")[2].split(
                        "&"
                    )
                ),
            )
            assert answer.status_code == 200, (path, answer.text[:500])
            assert answer.headers["cache-control"] == "no-store"
            assert f'lang="{language}"' in answer.text[:200]
            tags = read(answer)
            assert len(tags.ids) == len(set(tags.ids)), path
            assert set(tags.labels) <= set(tags.ids), path
            assert set(tags.controls) <= set(tags.labels), path
            assert (tags.scripts, tags.styles) == ([], []), path


def test_what_a_file_is_called_is_never_run(worked):
    number = worked.send("rana", LEVELS, HOSTILE)
    for path in ("/desk", f"/desk/files/{number}"):
        text = worked.see("rana", path).text
        assert "<img" not in text
        assert "alert(1)" in text


def test_numbers_and_dates_stand_apart_in_arabic(worked):
    text = worked.see(
        "rana", "/desk/imports/0001-levels", tab="figures", lang="ar"
    ).text
    assert '<bdi dir="ltr" class="value">−214.87' in text
    assert '<bdi dir="ltr">2015-01-01</bdi>' in text


@pytest.mark.parametrize("path", ["/desk", "/desk/requests", "/desk/receipt"])
@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 401), ("dan", 403), ("omri", 403)]
)
def test_others_see_nothing_of_the_desk(worked, who, status, path):
    answer = worked.get(who, path)
    assert answer.status_code == status
    assert "asks.csv" not in answer.text


@pytest.mark.parametrize("who", ["nobody", "dan", "omri", "lena"])
def test_only_a_steward_brings_files_and_signs(worked, who):
    (one, *_) = worked.get("rana", "/desk").json()["files"]
    page = "/desk/imports/0001-levels"
    digest = worked.get("rana", page).json()["digest"]
    orders = {
        "/desk/due": {},
        "/desk/drafts": {},
        "/desk/cosign": {},
        "/desk/requests": {"request": "israel:0", "decision": "grant"},
        f"/desk/files/{one['number']}/say": {"title": "x"},
        f"/desk/files/{one['number']}/import": {},
        f"/desk/files/{one['number']}/drop": {},
        f"{page}/edit": {"operation": "comment"},
        f"{page}/undo": {"number": "1"},
        f"{page}/discard": {},
        f"{page}/publish": {"digest": digest},
    }
    expected = 401 if who == "nobody" else 403
    for path, fields in orders.items():
        assert worked.post(who, path, **fields).status_code == expected, path
    assert worked.get(who, f"/desk/files/{one['number']}").status_code == expected
    files = {"file": ("a.csv", LEVELS)}
    sent = worked.clients[who].post("/desk/files", files=files)
    assert sent.status_code == expected
    if who != "lena":
        assert worked.get(who, page).status_code == expected
        assert worked.post(who, f"{page}/approve").status_code == expected
        assert worked.post(who, "/desk/seen", positions="{}").status_code == expected
    assert not (worked.party.node.public / "checkpoint").exists()
    assert len(worked.get("rana", "/desk").json()["files"]) == 2


def test_a_form_that_another_host_sends_does_nothing(worked):
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ):
        answer = worked.clients["rana"].post(
            "/desk/imports/0001-levels/discard", headers=headers
        )
        assert answer.status_code in (401, 403)
    assert len(worked.get("rana", "/desk").json()["imports"]) == 1


def test_a_permalink_shows_the_same_figures_again(worked):
    path, asked = "/desk/imports/0001-levels", {"tab": "figures", "rows": "flagged"}
    first = worked.see("rana", path, **asked).text
    assert first == worked.see("rana", path, **asked).text
    assert worked.get("rana", path, tab="other").status_code == 400
    assert worked.get("rana", path, datastream="W9/x").status_code == 404


def test_a_recipe_that_is_kept_is_chosen_as_the_file_is_sent(worked):
    keep_recipe(worked.party.node, "wells", RECIPE.encode())
    number = worked.send("rana", LEVELS, "april.csv", recipe="wells")
    assert (
        worked.get("rana", f"/desk/files/{number}").json()["file"]["state"] == "recipe"
    )
    done = worked.post("rana", f"/desk/files/{number}/import")
    assert re.fullmatch(r"/desk/imports/0002-levels", done.headers["location"])
    # The page of the file leads on to what became of it.
    told = worked.get("rana", f"/desk/files/{number}").json()
    assert told["file"]["imported"] == "0002-levels"
