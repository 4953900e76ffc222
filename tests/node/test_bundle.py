"""The one file to check a figure with, as strangers make and alter it."""

import io
import zipfile

import pytest
from parties import ADDRESS, make_party

from waternet.bank.seal import reading_bank
from waternet.bank.when import read_time
from waternet.errors import NotAcceptable
from waternet.node.bundle import read_bundle, write_bundle
from waternet.node.proving import prove_entry, prove_figure
from waternet.observation.zone import find_zone


@pytest.fixture(scope="module")
def jordan(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("one"))
    party.read()
    party.publish()
    return party


@pytest.fixture(scope="module")
def written(jordan):
    when = read_time("2015-01-01", find_zone("+02:00"))
    with reading_bank(jordan.node.bank) as bank:
        proof = prove_figure(jordan.node, bank, f"jordan:{ADDRESS}", when)
    return write_bundle(jordan.node, proof)


def _parts(written):
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts, method=zipfile.ZIP_DEFLATED):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sink.getvalue()


def test_its_names_say_nothing_of_a_party_and_its_readme_speaks_three_languages(
    written,
):
    parts = _parts(written)
    assert set(parts) == {
        "README.txt",
        "figure.tlog-proof",
        "parties.policy",
        "card.json",
    }
    told = parts["README.txt"].decode()
    assert told.count("waternet verify FILE.zip --policy parties.policy") == 3
    assert told.count(read_bundle(written).digest) == 3
    assert "jordan" not in told


def test_the_same_proof_makes_the_same_file(jordan):
    proof = prove_entry(jordan.node, "jordan", 1)
    assert write_bundle(jordan.node, proof) == write_bundle(jordan.node, proof)


def test_figures_too_large_for_a_proof_come_beside_it(jordan, monkeypatch):
    monkeypatch.setattr("waternet.node.proving.MOST_CARRIED", 1000)
    when = read_time("2015-01-01", find_zone("+02:00"))
    with reading_bank(jordan.node.bank) as bank:
        proof = prove_figure(jordan.node, bank, f"jordan:{ADDRESS}", when)
    bundle = read_bundle(write_bundle(jordan.node, proof))
    (content,) = bundle.files.values()
    assert content.startswith(b"PAR1")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"parties.policy": None}, "holds no parties.policy"),
        ({"figure.tlog-proof": None}, "holds no figure.tlog-proof"),
        ({"../card.json": b"{}"}, "is no part"),
        ({"files/" + "a" * 63: b""}, "is no part"),
        ({"card.json": b" " * 70_000}, "larger than"),
        ({"parties.policy": b"#\n" * 200_000}, "larger than"),
        ({f"files/{number:064x}": b"" for number in range(5)}, "at most 8 files"),
    ],
)
def test_what_is_no_bundle_is_refused(written, change, told):
    parts = {**_parts(written), **change}
    kept = {name: content for name, content in parts.items() if content is not None}
    with pytest.raises(NotAcceptable, match=told):
        read_bundle(_packed(kept))


def test_an_archive_that_unfolds_to_more_than_it_says_is_stopped(written):
    bomb = _packed({**_parts(written), f"files/{0:064x}": bytes(40 << 20)})
    assert len(bomb) < 1 << 20
    with pytest.raises(NotAcceptable, match="larger than"):
        read_bundle(bomb)


def test_other_ways_of_packing_are_refused(written):
    with pytest.raises(NotAcceptable, match="packed in another way"):
        read_bundle(_packed(_parts(written), zipfile.ZIP_LZMA))


@pytest.mark.parametrize("end", [10, 200, -30])
def test_a_file_that_was_cut_off_is_damaged(written, end):
    with pytest.raises(NotAcceptable, match="damaged"):
        read_bundle(written[:end])


def test_a_name_that_stands_twice_is_refused():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("card.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("card.json", b"[]")
    with pytest.raises(NotAcceptable, match="twice"):
        read_bundle(sink.getvalue())


def test_what_is_in_it_is_bounded_as_a_whole(written):
    files = {f"files/{number:064x}": bytes(30 << 20) for number in range(3)}
    with pytest.raises(NotAcceptable, match="at most 67108864 bytes"):
        read_bundle(_packed({**_parts(written), **files}))


def test_a_list_of_very_many_files_is_not_read(monkeypatch):
    names = {f"files/{number:064x}": b"" for number in range(200)}
    packed = _packed(names)
    monkeypatch.delattr(zipfile, "ZipFile")
    with pytest.raises(NotAcceptable, match="too long"):
        read_bundle(packed)


@pytest.mark.parametrize(
    ("at", "byte"),
    [(6, 0xFF), (8, 0x20)],  # the version that unpacks it; patched data
)
def test_a_way_of_packing_that_nobody_knows_is_refused(written, at, byte):
    """Fields of the list's first line: APPNOTE 4.3.12."""
    changed = bytearray(written)
    changed[changed.index(b"PK\x01\x02") + at] = byte
    with pytest.raises(NotAcceptable, match="damaged"):
        read_bundle(bytes(changed))
