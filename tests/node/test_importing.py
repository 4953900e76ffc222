"""From an agency's file to a pending import."""

import unicodedata

import pytest
from parties import LEVELS, make_party

from waternet.errors import Conflict, NotAcceptable
from waternet.formats.file import read_file
from waternet.node.importing import import_file, import_places
from waternet.node.pending import list_pending

PLACE = '{"id": "W1", "kind": "well", "names": {"ar": "بئر"}}\n'


@pytest.fixture
def jordan(tmp_path):
    return make_party(tmp_path)


@pytest.mark.parametrize(
    ("name", "signed"),
    [
        (unicodedata.normalize("NFD", "réservé.csv"), "réservé.csv"),
        ("مناسيب\u200f.csv", "مناسيب.csv"),
    ],
)
def test_a_file_is_published_by_a_name_that_everybody_can_read(jordan, name, signed):
    jordan.read(LEVELS, name)
    (pending,) = list_pending(jordan.node)
    assert (pending.origin.input_name, pending.origin.title) == (signed, signed)
    assert [one.title for one in jordan.publish()][-1] == signed


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("a\x1b[2J.csv", r"U\+001B"),
        (b"caf\xe9.csv".decode("utf-8", "surrogateescape"), r"U\+DCE9"),
    ],
)
def test_a_name_that_cannot_be_signed_is_refused_before_anything_is_kept(
    jordan, name, named
):
    with pytest.raises(NotAcceptable, match=named):
        jordan.read(LEVELS, name)
    assert list(jordan.node.pending.iterdir()) == []


def test_a_file_that_changes_while_it_is_read_is_not_kept(jordan, monkeypatch):
    jordan.read()

    def overtaken(path, recipe, *, apart):
        reading = read_file(path, recipe)
        assert not apart
        path.write_text(LEVELS + "W1,2015-04-01,-214\n")
        return reading

    monkeypatch.setattr("waternet.node.importing.read_bounded", overtaken)
    file, recipe = jordan.desk / "levels.csv", jordan.desk / "recipe.toml"
    with pytest.raises(Conflict, match="changed while it was read"):
        import_file(jordan.node, file, recipe)
    assert len(list(jordan.node.pending.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [
        PLACE.encode("cp1256"),
        b"",
        b"5\n",
        b"null\n",
        b"[]\n",
        b"[" * 100_000,
        b'"W1"\n',
    ],
)
def test_what_is_no_list_of_places_is_refused(jordan, content):
    file = jordan.desk / "places.jsonl"
    file.write_bytes(content)
    with pytest.raises(NotAcceptable, match=r"places\.jsonl"):
        import_places(jordan.node, file)
    assert list(jordan.node.pending.iterdir()) == []


def test_a_list_of_places_may_have_any_name_and_a_mark_before_it(jordan):
    file = jordan.desk / f"{'p' * 245}.jsonl"
    file.write_text("\ufeff" + PLACE, encoding="utf-8")
    assert import_places(jordan.node, file).stations == 1
