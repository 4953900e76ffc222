"""Files that came to the Desk: understood, answered, imported, dropped."""

import fcntl
import os
import stat

import pytest
from parties import LEVELS, RECIPE, make_party

from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.node import inbox
from waternet.node.inbox import (
    drop_arrived,
    get_arrived,
    import_arrived,
    keep_failure,
    list_arrived,
    receive_file,
    say_of_arrived,
    understand_arrived,
)
from waternet.node.pending import list_pending
from waternet.node.recipes import keep_recipe, list_recipes


@pytest.fixture
def jordan(tmp_path):
    return make_party(tmp_path)


def send(party, text=LEVELS, name="levels.csv"):
    return receive_file(
        party.node, name, lambda path: path.write_text(text, encoding="utf-8"), "Rana"
    )


def test_a_file_that_came_lies_where_only_the_nodes_user_reads(jordan):
    one = send(jordan, name="مناسيب.csv")
    assert one.file.read_text(encoding="utf-8") == LEVELS
    assert stat.S_IMODE((jordan.node.folder / "inbox").stat().st_mode) == 0o700
    assert get_arrived(jordan.node, one.number) == one
    assert (one.name, one.sender, one.size) == ("مناسيب.csv", "Rana", len(LEVELS))
    assert list(list_pending(jordan.node)) == []


def test_what_is_proposed_is_kept_until_something_else_is_said(jordan):
    one = understand_arrived(send(jordan))
    told = get_arrived(jordan.node, one.number).state["proposal"]
    assert (told["format"], told["open"]) == ("delimited", ["time.zone"])
    answered = say_of_arrived(
        jordan.node,
        one.number,
        {"answers": {"time.zone": "+02:00"}, "title": "March"},
        "Dan",
    )
    assert (answered.title, answered.state) == ("March", {})
    assert understand_arrived(answered).state["proposal"]["open"] == []


def test_a_file_is_imported_as_its_proposal_says_and_waits_no_more(jordan):
    one = send(jordan)
    said = {"answers": {"time.zone": "+02:00"}, "dataset": "levels"}
    one = understand_arrived(say_of_arrived(jordan.node, one.number, said, "Dan"))
    with jordan.node.writing():
        report = import_arrived(jordan.node, one, "Hana", keep_as="wells")
    # By hand from the file: four levels; 'n/a' is taken for a gap by the proposal.
    assert report.observations == 4
    (pending,) = list_pending(jordan.node)
    assert (pending.origin.hands, pending.origin.input_name) == (
        ["Rana", "Dan", "Hana"],
        "levels.csv",
    )
    assert list_arrived(jordan.node) == []
    assert list_recipes(jordan.node) == ["wells"]
    # For a day it is told which import it became; it is not imported twice.
    left = get_arrived(jordan.node, one.number)
    assert (left.imported, left.file.exists()) == ("0001-levels", False)
    # Nor by whoever clicked before, and holds it as it was: two clicks, two processes.
    for held in (left, one):
        with jordan.node.writing(), pytest.raises(Conflict, match="imported already"):
            import_arrived(jordan.node, held, "Hana")
    assert keep_failure(one, "the node is busy", "").imported == "0001-levels"
    assert get_arrived(jordan.node, one.number).imported == "0001-levels"
    os.utime(left.folder, (0, 0))
    send(jordan)
    with pytest.raises(NotFound):
        get_arrived(jordan.node, one.number)


def test_a_proposal_is_made_by_what_was_said_last(jordan):
    one = send(jordan)
    said = {"answers": {"time.zone": "+02:00"}, "dataset": "levels"}
    say_of_arrived(jordan.node, one.number, said, "Dan")
    # Asked for before that, and begun after it.
    assert understand_arrived(one).state["proposal"]["open"] == []
    drop_arrived(jordan.node, one.number)
    for work in (understand_arrived, lambda gone: keep_failure(gone, "x", "y")):
        with pytest.raises(NotFound):
            work(one)


def test_a_file_with_an_open_question_is_not_imported(jordan):
    one = understand_arrived(send(jordan))
    with jordan.node.writing(), pytest.raises(NotAcceptable, match=r"time\.zone"):
        import_arrived(jordan.node, one, "Hana")
    assert [one.number for one in list_arrived(jordan.node)] == [one.number]


def test_a_recipe_that_the_node_keeps_is_taken(jordan):
    keep_recipe(jordan.node, "wells", RECIPE.encode())
    one = say_of_arrived(jordan.node, send(jordan).number, {"recipe": "wells"}, "Dan")
    with jordan.node.writing():
        report = import_arrived(jordan.node, one, "Hana")
    assert (report.observations, report.rejected) == (4, 1)
    with pytest.raises(NotFound):
        say_of_arrived(jordan.node, send(jordan).number, {"recipe": "others"}, "Dan")


def test_why_it_failed_is_kept_beside_it(jordan):
    one = send(jordan, "\x00\x01\x02", "x.bin")
    keep_failure(one, "no such format", "save it as CSV")
    assert get_arrived(jordan.node, one.number).state["hint"] == "save it as CSV"


@pytest.mark.parametrize("number", ["", "../keys", "0" * 15, "g" * 16, "0" * 16])
def test_a_number_leads_nowhere_else(jordan, number):
    send(jordan)
    with pytest.raises(NotFound):
        get_arrived(jordan.node, number)
    with pytest.raises(NotFound):
        drop_arrived(jordan.node, number)


def test_one_process_at_a_time_works_on_a_file(jordan):
    one = send(jordan)
    with (one.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert one.is_worked_on
        for act in (
            lambda: understand_arrived(one),
            lambda: drop_arrived(jordan.node, one.number),
            lambda: say_of_arrived(jordan.node, one.number, {"title": "x"}, "Dan"),
        ):
            with pytest.raises(Conflict, match="just now"):
                act()
    assert not one.is_worked_on
    drop_arrived(jordan.node, one.number)
    assert list_arrived(jordan.node) == []


def test_only_so_many_files_wait(jordan, monkeypatch):
    monkeypatch.setattr(inbox, "MOST_WAITING", 2)
    send(jordan)
    send(jordan)
    with pytest.raises(Conflict, match="2 files wait"):
        send(jordan)
    assert len(list((jordan.node.folder / "inbox").iterdir())) == 2


def test_an_empty_file_is_refused_and_leaves_nothing(jordan):
    with pytest.raises(NotAcceptable, match="empty"):
        send(jordan, "")
    assert list((jordan.node.folder / "inbox").iterdir()) == []


def test_a_file_left_in_part_is_not_listed(jordan):
    one = send(jordan)
    (one.folder / "about.json").write_text("{")
    assert list_arrived(jordan.node) == []


def test_what_is_said_of_a_file_has_an_end(jordan):
    one = send(jordan)
    for said in ({"title": "x" * 1_001}, {"answers": {"a": "x" * 1_001}}):
        with pytest.raises(NotAcceptable, match="at most 1,000"):
            say_of_arrived(jordan.node, one.number, said, "Dan")
