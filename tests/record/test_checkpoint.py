"""Checkpoints."""

import pytest

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.checkpoint import (
    Checkpoint,
    read_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from waternet.record.note import from_base64, generate_signer, read_note, sign_note
from waternet.record.tree import EMPTY_ROOT

# The example of the C2SP tlog-checkpoint specification.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)
SIGNED = (
    EXAMPLE + "\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJu"
    "rmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
).encode()
ROOT = from_base64("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")


def test_the_specifications_example_is_read():
    checkpoint = read_checkpoint(read_note(SIGNED).text)
    assert checkpoint == Checkpoint("example.com/behind-the-sofa", 20852163, ROOT)
    assert checkpoint.to_text() == EXAMPLE


def test_lines_of_another_logs_own_are_kept():
    text = EXAMPLE + "timestamp 7\nmore\n"
    assert read_checkpoint(text).extensions == ("timestamp 7", "more")
    assert read_checkpoint(text).to_text() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        EXAMPLE[:-1],
        EXAMPLE + "\n",
        "\n" + EXAMPLE.partition("\n")[2],
        EXAMPLE.replace("20852163", "020852163"),
        EXAMPLE.replace("20852163", "-1"),
        EXAMPLE.replace("20852163", "+1"),
        EXAMPLE.replace("20852163", " 1"),
        EXAMPLE.replace("20852163", "٣"),  # a digit, but not an ASCII one
        EXAMPLE.replace("20852163", "9007199254740992"),  # 2**53
        EXAMPLE.replace("20852163", "9" * 5000),
        EXAMPLE.replace("20852163", "0"),  # an empty log with something in it
        EXAMPLE.replace("q2I=", "q2J="),
        EXAMPLE.replace("CsUYapGG", ""),
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(NotAcceptable):
        read_checkpoint(text)


def test_an_empty_log_has_a_checkpoint():
    signer = generate_signer("water.example/log")
    checkpoint = Checkpoint(signer.name, 0, EMPTY_ROOT)
    signed = sign_checkpoint(checkpoint, signer)
    assert verify_checkpoint(signed, [signer.verifier]) == checkpoint


def test_a_witness_beside_the_log_does_not_disturb():
    log, witness = (generate_signer(name) for name in ("log.example", "wit.example"))
    checkpoint = Checkpoint(log.name, 1, ROOT)
    signed = sign_note(checkpoint.to_text(), log, witness)
    assert verify_checkpoint(signed, [log.verifier]) == checkpoint


def test_a_key_signs_for_its_own_log_only():
    signer = generate_signer("water.example/a")
    foreign = Checkpoint("water.example/b", 1, ROOT)
    with pytest.raises(NotAcceptable, match="cannot sign"):
        sign_checkpoint(foreign, signer)
    with pytest.raises(NotVerified, match=r"'water\.example/b'"):
        verify_checkpoint(sign_note(foreign.to_text(), signer), [signer.verifier])


def test_an_altered_size_is_not_verified():
    signer = generate_signer("water.example/a")
    signed = sign_checkpoint(Checkpoint(signer.name, 11, ROOT), signer)
    with pytest.raises(NotVerified):
        verify_checkpoint(signed.replace(b"\n11\n", b"\n12\n"), [signer.verifier])
