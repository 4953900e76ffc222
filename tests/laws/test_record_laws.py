"""Laws of the record: what holds for every log, note, entry and file.

An inclusion proof binds an entry to a root, and the signed checkpoint binds the root
to a size; trees of neighbouring sizes can share the shape of a path. An altered size
is therefore tried with the root that a checkpoint of that size has.
"""

import re
import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.record.checkpoint import Checkpoint, read_checkpoint
from waternet.record.cosignature import (
    WitnessSigner,
    WitnessVerifier,
    add_signatures,
    cosigned_times,
)
from waternet.record.entry import Entry, read_entry, sign_entry, verify_entry
from waternet.record.figure_proof import FigureProof, read_figure_proof
from waternet.record.note import (
    Signer,
    Verifier,
    read_note,
    sign_note,
    verify_note,
)
from waternet.record.policy import (
    Group,
    Policy,
    PolicyLog,
    PolicyWitness,
    majority_policy,
    read_policy,
)
from waternet.record.proof import Proof, read_proof, verify_proof
from waternet.record.tiles import TileReader, new_tiles, read_bundle, write_bundle
from waternet.record.tree import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    prefix_proof,
    prefix_root,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 70
ENTRIES = [f"entry {index}".encode() for index in range(700)]


def _root(entries: list[bytes]) -> bytes:
    """Return the Merkle tree hash as RFC 6962, section 2.1, defines it."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return sha256(b"\x01" + _root(entries[:split]) + _root(entries[split:])).digest()


ROOTS = [_root(ENTRIES[:size]) for size in range(LARGEST + 1)]
LEAVES = [sha256(b"\x00" + entry).digest() for entry in ENTRIES]


def _subtree(level: int, index: int) -> bytes:
    return _root(ENTRIES[index << level : (index + 1) << level])


def _flip(content: bytes, bit: int) -> bytes:
    altered = bytearray(content)
    altered[bit // 8 % len(content)] ^= 1 << bit % 8
    return bytes(altered)


def _pairs(least: int):
    """Yield an index or size, and a size that is not below it."""
    return st.integers(1, LARGEST).flatmap(
        lambda size: st.tuples(
            st.integers(least, size - 1 if least == 0 else size), st.just(size)
        )
    )


@given(st.integers(0, LARGEST), st.data())
def test_a_frontier_has_the_root_that_the_rfc_defines(size, data):
    cut = data.draw(st.integers(0, size))
    tree = Frontier().append(LEAVES[:cut]).append(LEAVES[cut:size])
    assert tree == Frontier().append(LEAVES[:size])
    assert tree.root() == ROOTS[size]


@given(_pairs(0))
def test_every_entry_can_be_proved(pair):
    index, size = pair
    proof = inclusion_proof(index, size, _subtree)
    verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@given(_pairs(0), st.integers(0, 255), st.data())
def test_no_altered_entry_can_be_proved(pair, bit, data):
    index, size = pair
    leaf, root = LEAVES[index], ROOTS[size]
    proof = inclusion_proof(index, size, _subtree)
    with pytest.raises(NotVerified):
        verify_inclusion(_flip(leaf, bit), index, size, proof, root)
    with pytest.raises(NotVerified):
        verify_inclusion(leaf, index, size, proof, _flip(root, bit))
    with pytest.raises(NotVerified):
        verify_inclusion(leaf, index ^ (1 << bit % 64), size, proof, root)
    other = data.draw(st.integers(0, LARGEST).filter(lambda other: other != size))
    with pytest.raises(NotVerified):
        verify_inclusion(leaf, index, other, proof, ROOTS[other])
    with pytest.raises(NotVerified):
        verify_inclusion(leaf, index, size, [*proof, root], root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        altered = [*proof[:place], _flip(proof[place], bit), *proof[place + 1 :]]
        with pytest.raises(NotVerified):
            verify_inclusion(leaf, index, size, altered, root)
        with pytest.raises(NotVerified):
            verify_inclusion(leaf, index, size, proof[:-1], root)


def test_every_two_sizes_are_consistent():
    for new in range(1, LARGEST + 1):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, _subtree)
            verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


@given(_pairs(1), st.integers(0, 255), st.data())
def test_no_altered_history_is_consistent(pair, bit, data):
    old, new = pair
    proof = consistency_proof(old, new, _subtree)
    with pytest.raises(NotVerified):
        verify_consistency(old, new, proof, _flip(ROOTS[old], bit), ROOTS[new])
    with pytest.raises(NotVerified):
        verify_consistency(old, new, proof, ROOTS[old], _flip(ROOTS[new], bit))
    with pytest.raises(NotVerified):
        verify_consistency(old, new, [*proof, ROOTS[new]], ROOTS[old], ROOTS[new])
    other = data.draw(st.integers(0, LARGEST).filter(lambda other: other != old))
    if proof or other != new:  # an empty proof does show that a log equals itself
        with pytest.raises(NotVerified):
            verify_consistency(other, new, proof, ROOTS[other], ROOTS[new])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        altered = [*proof[:place], _flip(proof[place], bit), *proof[place + 1 :]]
        with pytest.raises(NotVerified):
            verify_consistency(old, new, altered, ROOTS[old], ROOTS[new])


def test_a_larger_tree_shows_what_every_smaller_one_hashes_to():
    for new in range(2, LARGEST + 1):
        for old in range(1, new):
            proof = prefix_proof(old, new, _subtree)
            assert prefix_root(old, new, proof, ROOTS[new]) == ROOTS[old]


@given(
    _pairs(1).filter(lambda pair: pair[0] != pair[1]), st.integers(0, 255), st.data()
)
def test_no_altered_prefix_shows_another_root(pair, bit, data):
    old, new = pair
    proof = prefix_proof(old, new, _subtree)
    place = data.draw(st.integers(0, len(proof) - 1))
    altered = [*proof[:place], _flip(proof[place], bit), *proof[place + 1 :]]
    for false in (altered, proof[:-1], [*proof, ROOTS[old]], proof[::-1]):
        if false == proof:
            continue
        with pytest.raises(NotVerified):
            prefix_root(old, new, false, ROOTS[new])
    # Under another claimed size it shows nothing false, either.
    other = data.draw(st.integers(1, new - 1))
    try:
        assert prefix_root(other, new, proof, ROOTS[new]) == ROOTS[other]
    except NotVerified:
        assert other != old


SIGNER = Signer("water.example/log", bytes(range(32)))
OTHER = Signer("else.example", bytes(32))
LINES = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=40)
WORDS = (
    st.text(
        st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn"]),
        min_size=1,
        max_size=40,
    )
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: not re.search("[\u200b\u200e\u200f\ufeff]", text))
)


@given(st.lists(LINES).map(lambda lines: "".join(f"{line}\n" for line in (*lines, ""))))
def test_a_note_is_written_as_it_was_read(text):
    signed = sign_note(text, SIGNER, OTHER)
    note = read_note(signed)
    assert note.text == text
    assert note.to_bytes() == signed


@given(st.text(min_size=1, max_size=30), st.integers(0, 2**40))
def test_no_bit_of_a_signed_note_can_be_altered(text, bit):
    text = re.sub("[\x00-\x1f\ud800-\udfff]", "", text) + "\n"
    altered = _flip(sign_note(text, SIGNER), bit)
    with pytest.raises((NotVerified, NotAcceptable)):
        verify_note(altered, [SIGNER.verifier])


@given(
    WORDS.filter(lambda name: not re.search(r"[\s+]", name)),
    st.binary(min_size=32, max_size=32),
)
def test_keys_are_read_as_they_were_written(name, seed):
    signer = Signer(name, seed)
    assert Signer.from_text(signer.to_text()) == signer
    assert Verifier.from_text(signer.verifier.to_text()) == signer.verifier


WITNESS = WitnessSigner("witness.example", bytes(range(1, 33)))


@given(
    WORDS.filter(lambda name: not re.search(r"[\s+]", name)),
    st.binary(min_size=32, max_size=32),
)
def test_witness_keys_are_read_as_they_were_written(name, seed):
    signer = WitnessSigner(name, seed)
    assert WitnessSigner.from_text(signer.to_text()) == signer
    assert WitnessVerifier.from_text(signer.verifier.to_text()) == signer.verifier


@given(st.integers(1, 2**63 - 1), st.integers(0, 2**40))
def test_no_bit_of_a_cosigned_head_can_be_altered(seconds, bit):
    text = Checkpoint(SIGNER.name, 3, ROOTS[3]).to_text()
    line = WITNESS.cosign(text, seconds)
    signed = add_signatures(sign_note(text, SIGNER), [line])
    assert cosigned_times(signed, [WITNESS.verifier]) == {WITNESS.name: seconds}
    altered = _flip(signed, bit)
    try:
        times = cosigned_times(altered, [WITNESS.verifier])
    except (NotVerified, NotAcceptable):
        return
    # What was altered is who is named, or the log's own signature; never the text or
    # the time that the witness signed.
    assert times in ({}, {WITNESS.name: seconds})
    assert not times or read_note(altered).text == text


POLICY_WORDS = st.text(
    st.characters(min_codepoint=0x21, exclude_characters="\x7f", codec="utf-8"),
    min_size=1,
    max_size=8,
).filter(lambda word: word != "none")


@st.composite
def policies(draw):
    """Return a policy that keeps the rules, its groups nested at random."""
    names = draw(st.lists(POLICY_WORDS, min_size=1, max_size=12, unique=True))
    witnesses = draw(st.integers(1, len(names)))
    free, groups = names[:witnesses], []
    for name in names[witnesses:]:
        members = free[: draw(st.integers(1, 3))]
        if not members:
            break
        free = [*free[len(members) :], name]
        groups.append(Group(name, draw(st.integers(1, len(members))), tuple(members)))
    keyed = tuple(
        PolicyWitness(
            name,
            WitnessSigner("witness.example", sha256(name.encode()).digest()).verifier,
            draw(st.sampled_from(["", "https://water.example/#"])),
        )
        for name in names[:witnesses]
    )
    defined = ["none", *(one.name for one in (*keyed, *groups))]
    logs = (PolicyLog(SIGNER.verifier), PolicyLog(OTHER.verifier, "s3://b/"))
    return Policy(logs, keyed, tuple(groups), draw(st.sampled_from(defined)))


def _is_met(policy: Policy, name: str, cosigned: set[str]) -> bool:
    """Return what the specification says of a name, from the top down."""
    for group in policy.groups:
        if group.name == name:
            met = sum(_is_met(policy, one, cosigned) for one in group.members)
            return met >= group.threshold
    return name == "none" or name in cosigned


@given(policies(), st.data())
def test_a_policy_is_read_as_it_was_written_and_met_as_its_groups_say(policy, data):
    assert read_policy(policy.to_text().encode()) == policy
    names = [one.name for one in policy.witnesses]
    cosigned = set(data.draw(st.lists(st.sampled_from(names))))
    met = policy.is_met(cosigned)
    assert met == _is_met(policy, policy.quorum, cosigned)
    # One more witness never makes a quorum fall.
    assert policy.is_met({*cosigned, names[0]}) or not met


@given(st.binary(max_size=200))
def test_no_octets_break_the_reader_of_policies(text):
    try:
        policy = read_policy(text)
    except NotAcceptable:
        return
    assert policy.quorum == "none"  # nobody else is defined without a key


@given(_pairs(0), st.one_of(st.none(), st.binary(min_size=1, max_size=99)))
def test_every_entry_has_a_portable_proof_that_is_read_as_written(pair, extra):
    index, size = pair
    signed = sign_note(Checkpoint(SIGNER.name, size, ROOTS[size]).to_text(), SIGNER)
    proof = Proof(index, tuple(inclusion_proof(index, size, _subtree)), signed, extra)
    assert read_proof(proof.to_bytes()) == proof
    policy = majority_policy([SIGNER.verifier], [])
    assert verify_proof(proof, LEAVES[index], policy, 1).checkpoint.size == size


@given(_pairs(0), st.integers(0, 2**40))
def test_no_bit_of_a_portable_proof_can_be_altered(pair, bit):
    index, size = pair
    signed = sign_note(Checkpoint(SIGNER.name, size, ROOTS[size]).to_text(), SIGNER)
    proof = Proof(index, tuple(inclusion_proof(index, size, _subtree)), signed)
    policy = majority_policy([SIGNER.verifier], [])
    altered = _flip(proof.to_bytes(), bit)
    with pytest.raises((NotVerified, NotAcceptable)):
        verify_proof(read_proof(altered), LEAVES[index], policy, 1)


@given(
    st.binary(max_size=99),
    st.one_of(st.just(("", "")), st.tuples(WORDS, st.just("2015-01-01T00:00:00Z"))),
    st.dictionaries(
        st.sampled_from(["datastreams", "observations"]), st.binary(max_size=99)
    ),
)
def test_what_a_proof_carries_is_read_as_it_was_written(entry, figure, blobs):
    carried = FigureProof(entry, *figure, blobs)
    assert read_figure_proof(carried.to_extra()) == carried


@given(
    st.integers(0, 2**53 - 1),
    WORDS,
    st.lists(st.tuples(WORDS, st.integers(1, 2**53 - 1)), unique_by=lambda h: h[0]),
)
def test_an_entry_is_written_as_it_was_read(release, reason, heads):
    entry = Entry(
        kind="withdraw",
        log=SIGNER.name,
        party="a",
        issued="2026-11-22T08:00:00Z",
        body={"release": release, "reason": reason},
        heads=tuple(Checkpoint(name, size, bytes(32)) for name, size in heads),
    )
    signed = sign_entry(entry, SIGNER)
    assert verify_entry(signed, [SIGNER.verifier], SIGNER.name) == entry
    assert sign_entry(read_entry(signed), SIGNER) == signed


@given(
    st.builds(
        Checkpoint,
        origin=LINES.filter(bool),
        size=st.integers(1, 2**53 - 1),
        root=st.binary(min_size=32, max_size=32),
        extensions=st.lists(LINES.filter(bool), max_size=3).map(tuple),
    )
)
def test_a_checkpoint_is_written_as_it_was_read(checkpoint):
    text = checkpoint.to_text()
    assert read_checkpoint(text) == checkpoint
    assert read_checkpoint(text).to_text() == text


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_written_as_it_was_read(entries):
    assert read_bundle(write_bundle(entries)) == entries


def _read_from(files):
    def read(path: str) -> bytes:
        if path not in files:
            raise NotFound(f"no file {path}")
        return files[path]

    return read


def _log(sizes) -> tuple[dict[str, bytes], Frontier]:
    """Grow a log through `sizes`; return its files and its tree."""
    files: dict[str, bytes] = {}
    tree = Frontier()
    for size in sizes:
        log = TileReader(_read_from(files), tree.size, tree.root())
        files.update(new_tiles(log, ENTRIES[tree.size : size]))
        tree = tree.append(LEAVES[tree.size : size])
    return files, tree


SIZES = st.integers(1, len(ENTRIES))


@settings(max_examples=30, deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=5).map(sorted))
def test_a_log_can_be_read_at_every_size_it_had(sizes):
    files, _ = _log(sizes)
    for size in sizes:
        root = Frontier().append(LEAVES[:size]).root()
        reader = TileReader(_read_from(files), size, root)
        assert list(reader.entries(0, size)) == ENTRIES[:size]
        assert reader.frontier().root() == root


@settings(max_examples=60, deadline=None)
@given(SIZES, st.integers(0, 2**40), st.data())
def test_no_bit_of_a_logs_files_can_be_altered(size, bit, data):
    files, tree = _log([size])
    path = data.draw(st.sampled_from(sorted(files)))
    files[path] = _flip(files[path], bit)
    with pytest.raises(NotVerified) as caught:
        list(TileReader(_read_from(files), tree.size, tree.root()).entries(0, size))
    named = re.search(r"entr(?:y|ies) (\d+)(?: to (\d+))?", str(caught.value))
    first, last = int(named[1]), int(named[2] or named[1])
    start, stop = _entries_under(path, bit // 8 % len(files[path]))
    assert first <= start
    assert min(stop, size) - 1 <= last


def _entries_under(path: str, byte: int) -> tuple[int, int]:
    """Return the range of entries that a byte of a file stands for."""
    _, level, number, *_ = path.replace(".p", "").split("/")
    if level != "entries":
        span = 256 ** int(level)
        at = int(number) * 256 + byte // 32
        return at * span, (at + 1) * span
    at, end = int(number) * 256, 0
    while (end := end + 2 + len(ENTRIES[at])) <= byte:
        at += 1
    return at, at + 1
