"""Documents that go with acts, read back as their delegates named them."""

from pathlib import Path

import pytest
from delegations import make_delegations

from waternet.bank.seal import reading_bank
from waternet.errors import NotVerified
from waternet.node import acting
from waternet.node.acting import Asked, Doing, perform
from waternet.node.documents import describe_document, read_document, stage_document

CALL = {
    "body": "water",
    "titles": {"en": "Third session"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "agenda": [],
}


def laid(made, path: Path) -> int:
    """Lay a document before the session; return its entry."""
    body = {
        "titles": {"en": "Levels"},
        "name": "levels.txt",
        "media_type": "text/plain",
        **describe_document(path),
    }
    doing = Doing("session.paper", "third", body, document=path)
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
        return stage_document(blobs, other, {})

    monkeypatch.setattr(acting, "stage_document", swapped)
    entry = laid(made, file)
    with pytest.raises(NotVerified) as refusal:
        read(made, entry)
    assert "the act names the document" in str(refusal.value)
