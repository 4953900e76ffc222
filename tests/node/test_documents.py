"""Documents that go with acts, read back as their delegates named them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from delegations import make_delegations

from waternet.bank.seal import reading_bank
from waternet.errors import Conflict, NotAcceptable, NotVerified
from waternet.node import acting
from waternet.node.acting import Asked, Doing, draw_up, perform, sign_line
from waternet.node.credentials import own_key
from waternet.node.documents import describe_document, read_document, stage_document
from waternet.node.handed_acts import enter_handed, hand_in, list_handed
from waternet.node.publish import read_keys

CALL = {
    "body": "water",
    "titles": {"en": "Third session"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "agenda": [],
}


def paper(path: Path) -> dict[str, Any]:
    """Return what the act says that lays a document before the session."""
    return {
        "titles": {"en": "Levels"},
        "name": "levels.txt",
        "media_type": "text/plain",
        **describe_document(path),
    }


def laid(made, path: Path) -> int:
    """Lay a document before the session; return its entry."""
    doing = Doing("session.paper", "third", paper(path), document=path)
    asked = Asked(delegate="envoy")
    node = made.nodes["jordan"]
    return perform(node, made.hands("jordan"), asked, lambda _state: doing).entry


@pytest.fixture
def made(tmp_path):
    made = make_delegations(tmp_path, "jordan")
    made.found()
    made.act("jordan", "session.call", "third", CALL)
    return made


def read(made, entry: int) -> bytes:
    node = made.nodes["jordan"]
    with reading_bank(node.bank) as bank:
        return read_document(node, bank, "jordan", entry)


def test_a_document_is_read_back_as_it_was_laid(made, tmp_path):
    file = tmp_path / "levels.txt"
    file.write_text("The levels fell.\n", encoding="utf-8")
    assert read(made, laid(made, file)) == b"The levels fell.\n"


def test_a_document_that_a_steward_put_in_its_place_is_not_read(
    made, tmp_path, monkeypatch
):
    file, other = tmp_path / "levels.txt", tmp_path / "other.txt"
    file.write_text("The levels fell.\n", encoding="utf-8")
    other.write_text("The levels rose.\n", encoding="utf-8")

    def swapped(blobs, _path, _body):
        return stage_document(blobs, other, describe_document(other))

    monkeypatch.setattr(acting, "stage_document", swapped)
    entry = laid(made, file)
    with pytest.raises(NotVerified) as refusal:
        read(made, entry)
    assert "the act names the document" in str(refusal.value)


def test_a_document_is_hung_on_no_act_that_never_named_it(made, tmp_path, monkeypatch):
    file = tmp_path / "levels.txt"
    file.write_text("The levels fell.\n", encoding="utf-8")
    node, state = made.nodes["jordan"], made.state("jordan")
    expires = f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}"
    body = {"to": state.charter.sha256, "expires": expires}
    doing = Doing("charter.consent", "charter", body, (state.group,), file)
    asked, hands = Asked(delegate="envoy"), made.hands("jordan")
    with pytest.raises(NotAcceptable, match="the act names none"):
        perform(node, hands, asked, lambda _state: doing)

    def hung(blobs, path, _body):
        return stage_document(blobs, path, describe_document(path))

    monkeypatch.setattr(acting, "stage_document", hung)
    entry = perform(node, hands, asked, lambda _state: doing).entry
    with pytest.raises(NotVerified, match="the act names no document"):
        read(made, entry)


def test_a_paper_does_not_enter_without_its_file(made, tmp_path):
    file = tmp_path / "levels.txt"
    file.write_text("The levels fell.\n", encoding="utf-8")
    with pytest.raises(NotAcceptable, match="did not come with it"):
        made.act("jordan", "session.paper", "third", paper(file))


@pytest.fixture
def signed(made, tmp_path):
    """Return the file of a paper, and its act as the delegate signed it."""
    file, node = tmp_path / "levels.txt", made.nodes["jordan"]
    file.write_text("The levels fell.\n", encoding="utf-8")
    doing = Doing("session.paper", "third", paper(file))
    with reading_bank(node.bank) as bank:
        line = draw_up(node, bank, Asked(delegate="envoy"), lambda _state: doing)
    return file, sign_line(line, own_key(node, "envoy", ""))[1]


def handed(made, note, document=b""):
    node = made.nodes["jordan"]
    with reading_bank(node.bank) as bank:
        return hand_in(node, bank, note, "rana", document)


def test_a_paper_is_handed_in_with_the_file_that_it_names_alone(made, signed):
    file, note = signed
    for document, why in ((b"", "did not come"), (b"Rose.", "another document")):
        with pytest.raises(NotAcceptable, match=why):
            handed(made, note, document)
    assert list_handed(made.nodes["jordan"]) == []
    assert handed(made, note, file.read_bytes()).document is not None


def test_a_document_that_lacks_is_added_when_its_act_comes_again(made, signed):
    file, note = signed
    waiting = handed(made, note, file.read_bytes())
    again = handed(made, note, file.read_bytes())
    assert (again.act.id, again.received) == (waiting.act.id, waiting.received)
    waiting.document.unlink()
    assert handed(made, note, file.read_bytes()).document is not None
    node = made.nodes["jordan"]
    done = enter_handed(node, read_keys(node, ""), waiting.act.id)
    assert read(made, done.entry) == file.read_bytes()


def test_a_document_that_was_damaged_is_said_to_be_when_its_act_comes_again(
    made, signed
):
    file, note = signed
    handed(made, note, file.read_bytes()).document.write_bytes(b"Rose.")
    with pytest.raises(Conflict, match="other bytes"):
        handed(made, note, file.read_bytes())
