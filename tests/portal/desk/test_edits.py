"""What people say of figures by forms: marked, corrected, undone; or told why not."""

import pytest

PAGE = "/desk/imports/0001-levels"
STREAM = "W1/groundwater-level/instant/PT0S/dipper"
SAID = {"datastream": STREAM, "from": "2015-01-01", "reason": "the pump was running"}


@pytest.fixture
def ready(opened):
    """Return a Desk with an import that nobody need review."""
    desk = opened()
    desk.party.read()
    return desk


def rows(desk, **asked):
    told = desk.get("rana", PAGE, tab="figures", datastream=STREAM, **asked).json()
    return told["series"]["rows"]


def test_a_figure_is_marked_by_its_owners_clock(ready):
    done = ready.post("rana", f"{PAGE}/edit", operation="mark-suspect", **SAID)
    assert done.status_code == 303
    assert "tab=figures" in done.headers["location"]
    first, *others = rows(ready)
    # The file's clock is two hours ahead of UTC.
    assert (first["local"], first["time"]) == ("2015-01-01", "2014-12-31T22:00:00Z")
    assert (first["grade"], first["edits"]) == ("suspect", [1])
    assert all(one["edits"] == [] for one in others)
    assert [one["local"] for one in rows(ready, rows="flagged")] == ["2015-01-01"]
    (edit,) = ready.get("rana", PAGE).json()["edits"]
    assert (edit["author"], edit["from"]) == ("rana", "2015-01-01")


def test_a_span_is_marked_and_the_edit_taken_back(ready):
    span = {**SAID, "to": "2015-03-01", "operation": "mark-bad"}
    ready.post("rana", f"{PAGE}/edit", **span)
    assert [one["grade"] for one in rows(ready)][:2] == ["bad", "bad"]
    assert rows(ready)[2]["grade"] != "bad"
    no_reason = ready.post("rana", f"{PAGE}/undo", number="1")
    assert no_reason.status_code == 400
    ready.post("yusuf", f"{PAGE}/undo", number="1", reason="it was another well")
    assert "bad" not in {one["grade"] for one in rows(ready)}
    told = ready.get("rana", PAGE).json()["edits"]
    assert [(one["operation"], one["author"]) for one in told] == [
        ("mark", "rana"),
        ("undo", "yusuf"),
    ]
    assert told[0]["is_undone"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operation": "explode"}, "no operation"),
        ({"operation": "mark-excellent"}, "no operation"),
        ({"operation": "correct"}, "value"),
        ({"operation": "correct", "value": "twelve"}, "twelve"),
        ({"operation": "comment", "reason": " "}, "reason"),
        ({"operation": "comment", "from": "yesterday"}, "not a time"),
        ({"operation": "comment", "from": "2015-01-02"}, "no figure"),
        ({"operation": "comment", "datastream": "W9/x"}, "no datastream"),
        ({"operation": "status", "status": "invented"}, "invented"),
    ],
)
def test_an_edit_that_says_too_little_is_shown_again_with_why(ready, change, message):
    typed = {**SAID, **change}
    answer = ready.clients["rana"].post(
        f"{PAGE}/edit", data=typed, headers={"accept": "text/html"}
    )
    assert answer.status_code == 400
    assert message in answer.text
    assert ready.get("rana", PAGE).json()["edits"] == []


def test_what_was_typed_is_there_again(ready):
    typed = {**SAID, "operation": "correct", "value": "x<y", "reason": 'كُتب "خطأ"'}
    text = ready.post("rana", f"{PAGE}/edit", **typed).text
    assert 'value="x&lt;y"' in text
    assert "كُتب &#34;خطأ&#34;" in text


def test_an_author_is_who_signed_in_whatever_a_form_says(ready):
    said = {**SAID, "operation": "comment", "author": "somebody else"}
    ready.post("rana", f"{PAGE}/edit", **said)
    (edit,) = ready.get("rana", PAGE).json()["edits"]
    assert edit["author"] == "rana"
