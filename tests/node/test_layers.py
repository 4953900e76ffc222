"""Layers of the map: signed, mirrored, replaced, taken away, and read with care."""

import json

import pytest
from parties import make_party, quiet

from waternet.bank.layers import find_layer, list_layers
from waternet.bank.seal import reading_bank
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.node.follow import follow_party
from waternet.node.intake import rebuild_bank
from waternet.node.layers import (
    open_layer_file,
    publish_layer,
    read_layer,
    withdraw_layer,
)
from waternet.node.publish import read_keys
from waternet.node.pull import pull_records
from waternet.node.verification import verify_node
from waternet.record.blob import blob_path

TOLD = {
    "name": "basin",
    "shows": "basin",
    "names": {"ar": "حوض", "en": "Basin"},
    "source": "Survey of 2021",
    "licence": "CC0-1.0",
}


def drawn(folder, *points):
    """Return a layer's file with one line through some points."""
    path = folder / "line.geojson"
    geometry = {"type": "LineString", "coordinates": list(points)}
    feature = {"type": "Feature", "properties": {"name:en": "A"}, "geometry": geometry}
    written = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(written))
    return open_layer_file(path)


def publish(party, file, **more):
    return publish_layer(party.node, read_keys(party.node, ""), TOLD | more, file)


def listed(node):
    with reading_bank(node.bank) as bank:
        return list_layers(bank)


@pytest.fixture
def jordan(tmp_path):
    return make_party(tmp_path)


@pytest.fixture
def line(tmp_path):
    return drawn(tmp_path, [35.5, 31], [35.5, 33])


def test_a_published_layer_stands_under_its_party_and_is_drawn(jordan, line):
    done = publish(jordan, line)
    (one,) = listed(jordan.node)
    assert (one.address, one.kind, one.entry) == ("jordan:basin", "basin", done.entry)
    assert (one.title, one.count) == ("حوض · Basin", 1)
    (outline,) = read_layer(jordan.node, one)
    assert outline.names == {"en": "A"}
    assert outline.lines[0].tolist() == [[35.5, 31.0], [35.5, 33.0]]


def test_the_same_again_is_not_said_twice_and_news_replaces(jordan, line, tmp_path):
    first = publish(jordan, line)
    again = publish(jordan, line)
    assert (again.kind, again.entry) == ("unchanged", first.entry)
    moved = publish(jordan, drawn(tmp_path, [35.6, 31], [35.6, 33]), reason="moved")
    renamed = publish(jordan, drawn(tmp_path, [35.6, 31], [35.6, 33]), title="Line")
    assert (moved.entry, renamed.entry) == (first.entry + 1, first.entry + 2)
    (one,) = listed(jordan.node)
    assert (one.entry, one.title) == (renamed.entry, "Line")


def test_a_layer_that_was_withdrawn_stands_no_more_and_can_come_back(jordan, line):
    keys = read_keys(jordan.node, "")
    publish(jordan, line)
    with pytest.raises(NotAcceptable):
        withdraw_layer(jordan.node, keys, "basin", " ")
    withdraw_layer(jordan.node, keys, "basin", "never agreed")
    assert listed(jordan.node) == []
    with pytest.raises(NotFound):
        withdraw_layer(jordan.node, keys, "basin", "again")
    publish(jordan, line)
    assert len(listed(jordan.node)) == 1


def test_it_reaches_others_and_outlasts_a_rebuild(jordan, line, tmp_path):
    israel = make_party(tmp_path, "israel")
    publish(jordan, line)
    follow_party(israel.node, jordan.node.public / "card.json")
    pull_records(israel.node, [str(jordan.node.public)], quiet)
    publish(israel, line, names={"he": "אגן"})
    assert [one.address for one in listed(israel.node)] == [
        *("israel:basin", "jordan:basin")
    ]
    # Equal outlines are one file, whatever each calls them.
    ours, theirs = listed(israel.node)
    assert ours.sha256 == theirs.sha256
    before = listed(israel.node)
    rebuild_bank(israel.node, quiet)
    assert listed(israel.node) == before
    assert verify_node(israel.node, quiet).findings == []
    (outline,) = read_layer(israel.node, theirs)
    assert len(outline.lines[0]) == 2


def test_changed_outlines_are_named_and_never_drawn(jordan, line, tmp_path):
    publish(jordan, line)
    (one,) = listed(jordan.node)
    path = jordan.node.public / blob_path(one.sha256)
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content.replace(b"35.5", b"35.6"))
    with pytest.raises(NotVerified):
        read_layer(jordan.node, one)
    (found,) = verify_node(jordan.node, quiet).findings
    assert found.name == "corrupt-blob"
    israel = make_party(tmp_path, "israel")
    follow_party(israel.node, jordan.node.public / "card.json")
    (told,) = pull_records(israel.node, [str(jordan.node.public)], quiet).findings
    assert told.name == "corrupt-blob"
    path.write_bytes(content)
    pull_records(israel.node, [str(jordan.node.public)], quiet)
    (theirs,) = listed(israel.node)
    assert read_layer(israel.node, theirs)


def test_what_a_layer_may_not_hold_is_not_signed(jordan, tmp_path):
    with pytest.raises(NotAcceptable, match="no position"):
        publish(jordan, drawn(tmp_path, [355, 31], [35.5, 33]))
    with pytest.raises(NotAcceptable, match="expected 'area'"):
        publish(jordan, drawn(tmp_path, [35, 31], [35.5, 33]), shows="border")
    with reading_bank(jordan.node.bank) as bank:
        assert find_layer(bank, "jordan", "basin") is None
