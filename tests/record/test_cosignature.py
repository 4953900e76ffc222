"""Cosignatures of witnesses."""

import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.checkpoint import verify_checkpoint
from waternet.record.cosignature import (
    WitnessSigner,
    WitnessVerifier,
    add_signatures,
    cosigned_times,
    generate_witness_signer,
)
from waternet.record.note import (
    Note,
    Signature,
    Signer,
    Verifier,
    from_base64,
    generate_signer,
    read_note,
    sign_note,
    verify_note,
)

# Keys of litewitness's published exchange with a Sigsum log (add-checkpoint): the
# log's, and the seed in its witness_key.pem.
LOG = Verifier(
    "sigsum.org/v1/tree/"
    "4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562",
    bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"),
)
WITNESS_SEED = from_base64("Mf/CEW7L4AOsqoAKtwdXvX1TIG4/6+9qbQeW2VUws08=")
WITNESS_KEY = from_base64("ZISK2KvtboWYGzs4dbJSuHZ+u0sC9wOso7HnG71qjlA=")
SIGNED = (
    f"{LOG.name}\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    f"\n— {LOG.name} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3w"
    "fUQMFSzVnnNuWRTYrajXpNUbIQY=\n"
).encode()
TEXT = read_note(SIGNED).text
WITNESS = WitnessSigner("example.com/witness", WITNESS_SEED)
# 2023-03-20, the time in the example of the C2SP tlog-cosignature specification.
TIME = 1679315147


def _message(seconds: int, text: str = TEXT) -> bytes:
    """Return what is signed, as the specification shows it."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _made(
    message: bytes, seconds: int, seed: bytes = WITNESS_SEED, name: str = WITNESS.name
) -> bytes:
    """Return SIGNED with a cosignature made by hand: time, then Ed25519."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    stamped = struct.pack(">Q", seconds) + signature
    line = Signature(name, WITNESS.verifier.key_id, stamped)
    return SIGNED + line.to_line().encode()


def test_the_published_logs_checkpoint_is_opened():
    assert verify_checkpoint(SIGNED, [LOG]).size == 1


def test_a_cosignature_made_by_hand_is_verified():
    signed = _made(_message(TIME), TIME)
    assert WITNESS.verifier.key == WITNESS_KEY
    assert cosigned_times(signed, [WITNESS.verifier]) == {"example.com/witness": TIME}


def test_what_a_witness_cosigns_is_what_the_specification_shows():
    line = WITNESS.cosign(TEXT, TIME)
    assert add_signatures(SIGNED, [line]) == _made(_message(TIME), TIME)
    assert line.signature[:8] == bytes.fromhex("00000000641850cb")


def test_a_cosigned_checkpoint_is_still_the_logs():
    signed = add_signatures(SIGNED, [WITNESS.cosign(TEXT, TIME)])
    assert verify_checkpoint(signed, [LOG]).size == 1
    assert read_note(signed).signatures[0].name == LOG.name


# tlog-cosignature's own example: its key is not published, but line and key id are.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4U"
    "RYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZC"
    "B9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()


def test_the_specifications_example_has_a_time_and_a_signature():
    line = read_note(EXAMPLE).signatures[1]
    assert (line.name, len(line.signature)) == ("witness.example.com/w1", 72)
    assert int.from_bytes(line.signature[:8], "big") == TIME
    assert cosigned_times(EXAMPLE, [WITNESS.verifier]) == {}


@pytest.mark.parametrize(
    ("signed", "reason"),
    [
        (_made(_message(0), 0), "has no time"),
        (_made(_message(2**63), 2**63), "has no time"),
        (_made(_message(TIME + 1), TIME), "not made by it"),
        (_made(_message(TIME, TEXT.replace("\n1\n", "\n2\n")), TIME), "not made by it"),
        (_made(_message(TIME)[:-1], TIME), "not made by it"),
        (_made(_message(TIME)[15:], TIME), "not made by it"),  # without its header
        (_made(TEXT.encode(), TIME), "not made by it"),
        (_made(_message(TIME), TIME, seed=bytes(32)), "not made by it"),
    ],
)
def test_a_false_cosignature_by_a_known_witness_is_refused(signed, reason):
    with pytest.raises(NotVerified, match=reason):
        cosigned_times(signed, [WITNESS.verifier])


@pytest.mark.parametrize("length", [1, 8, 64, 71, 73, 2428])
def test_a_cosignature_has_72_bytes(length):
    line = Signature(WITNESS.name, WITNESS.verifier.key_id, bytes(length))
    signed = SIGNED + line.to_line().encode()
    with pytest.raises(NotVerified, match="72 bytes"):
        cosigned_times(signed, [WITNESS.verifier])


def test_the_latest_time_that_can_be_stated_is_read():
    last = 2**63 - 1
    assert cosigned_times(_made(_message(last), last), [WITNESS.verifier]) == {
        WITNESS.name: last
    }


def test_a_witnesss_key_used_as_a_logs_makes_no_cosignature():
    as_log = Signer(WITNESS.name, WITNESS_SEED)
    assert as_log.verifier.key == WITNESS.verifier.key
    assert as_log.verifier.key_id != WITNESS.verifier.key_id
    signed = sign_note(TEXT, as_log)
    assert cosigned_times(signed, [WITNESS.verifier]) == {}
    both = add_signatures(SIGNED, [WITNESS.cosign(TEXT, TIME)])
    with pytest.raises(NotVerified, match="expected a signature"):
        verify_note(both, [as_log.verifier])


def test_another_witness_of_the_same_name_is_passed_over():
    namesake = WitnessVerifier(WITNESS.name, bytes(32))
    assert cosigned_times(_made(_message(TIME), TIME), [namesake]) == {}


def test_the_same_key_by_another_name_is_another_witness():
    signed = _made(_message(TIME), TIME, name="example.com/else")
    assert cosigned_times(signed, [WITNESS.verifier]) == {}


def test_of_two_cosignatures_the_later_counts():
    lines = [WITNESS.cosign(TEXT, at) for at in (TIME, TIME + 60, TIME + 30)]
    signed = Note(TEXT, (*read_note(SIGNED).signatures, *lines)).to_bytes()
    assert cosigned_times(signed, [WITNESS.verifier]) == {WITNESS.name: TIME + 60}


def test_a_newer_cosignature_takes_the_older_ones_place():
    other = generate_witness_signer("else.example/witness")
    first = [signer.cosign(TEXT, TIME) for signer in (WITNESS, other)]
    signed = add_signatures(SIGNED, first)
    renewed = add_signatures(signed, [WITNESS.cosign(TEXT, TIME + 60)])
    witnesses = [WITNESS.verifier, other.verifier]
    assert cosigned_times(renewed, witnesses) == {
        WITNESS.name: TIME + 60,
        other.name: TIME,
    }
    names = [line.name for line in read_note(renewed).signatures]
    assert names == [LOG.name, WITNESS.name, other.name]


def test_lines_of_the_log_are_covered_by_the_cosignature():
    text = TEXT + "of its own\n"
    log = generate_signer("water.example/log")
    signed = add_signatures(sign_note(text, log), [WITNESS.cosign(text, TIME)])
    assert cosigned_times(signed, [WITNESS.verifier]) == {WITNESS.name: TIME}
    cut = signed.replace(b"of its own\n", b"")
    with pytest.raises(NotVerified):
        cosigned_times(cut, [WITNESS.verifier])


# By hand: SHA-256 of "example.com/witness\n", 0x04 and the key, its first four bytes.
VKEY = "example.com/witness+10a1c019+BGSEitir7W6FmBs7OHWyUrh2frtLAvcDrKOx5xu9ao5Q"


def test_keys_are_written_as_the_specification_says():
    assert WITNESS.verifier.to_text() == VKEY
    assert WitnessVerifier.from_text(VKEY) == WITNESS.verifier
    assert WitnessSigner.from_text(WITNESS.to_text()) == WITNESS


@pytest.mark.parametrize(
    "text",
    [
        "",
        VKEY[:-4],
        VKEY + "\n",
        VKEY.replace("10a1c019", "00a1c019"),
        VKEY.replace("witness+", "witnesses+"),
        Verifier(WITNESS.name, WITNESS_KEY).to_text(),
    ],
)
def test_a_damaged_witness_key_is_refused(text):
    with pytest.raises(NotAcceptable):
        WitnessVerifier.from_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        VKEY,
        WITNESS.to_text()[:-4],
        WITNESS.to_text() + "=",
        Signer(WITNESS.name, WITNESS_SEED).to_text(),
    ],
)
def test_a_damaged_witness_signing_key_is_refused_and_not_shown(text):
    with pytest.raises(NotAcceptable) as caught:
        WitnessSigner.from_text(text)
    assert "Mf/CEW7L" not in str(caught.value)
    assert "Mf/CEW7L" not in repr(WITNESS)
