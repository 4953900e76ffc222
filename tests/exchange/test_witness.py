"""What a witness is asked and what it answers, as C2SP tlog-witness has it."""

from hashlib import sha256

import pytest

from waternet.errors import NotAcceptable
from waternet.exchange.witness import (
    LARGEST_SUBMISSION,
    Seen,
    judge_growth,
    judge_signature,
    log_signed,
    read_submission,
    witness_path,
    write_submission,
)
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.cosignature import WitnessSigner, add_signatures
from waternet.record.note import Note, Signature, Signer, to_base64
from waternet.record.tree import EMPTY_ROOT, leaf_hash, node_hash

LOG = Signer("example.com/log", bytes([7]) * 32)
ONE, TWO, OTHER = (leaf_hash(text) for text in (b"one", b"two", b"other"))
BOTH = node_hash(ONE, TWO)  # RFC 6962: the tree of two leaves


def _signed(size, root, signer=LOG):
    return sign_checkpoint(Checkpoint(signer.name, size, root), signer)


def _judged(body, seen=Seen(), verifiers=(LOG.verifier,)):  # noqa: B008 (frozen)
    asked = read_submission(body)
    answer = judge_signature(asked, verifiers) or judge_growth(asked, seen)
    return answer.status if answer else 200


# The example request of the specification: only its form can be checked, its log's key
# is not published.
EXAMPLE = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/\
Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()


def test_the_example_of_the_specification_is_read_and_written_alike():
    asked = read_submission(EXAMPLE)
    assert (asked.old, len(asked.proof)) == (20852014, 4)
    assert (asked.origin, asked.size) == ("example.com/behind-the-sofa", 20852163)
    assert write_submission(asked.old, asked.proof, asked.signed) == EXAMPLE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"old 20852014", b"old 020852014"),
        (b"old 20852014", b"old -1"),
        (b"old 20852014", b"OLD 20852014"),
        (b"old 20852014", b"old  20852014"),
        (b"old 20852014", b"old 20852014 "),
        (b"old 20852014", "old ١".encode()),
        (b"old 20852014\n", b""),
        (b"PlRN", b"Pl N"),
        (b"pkaw=", b"pkax="),  # stray bits
        (b"pkaw=", b"pkaw"),
        (b"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=", b"PlRN"),
        (b"PlRN", "Pl\u00e9".encode()),
        (b"20852163\n", b"020852163\n"),
        (b"\nexample.com/behind-the-sofa\n20852163", b"\n20852163"),
        (b"jxq2I=\n\n", b"jxq2=\n\n"),
        (b"I=\n\n\xe2\x80\x94", b"I=\n\xe2\x80\x94"),
    ],
)
def test_a_request_of_another_form_is_refused(old, new):
    assert old in EXAMPLE
    with pytest.raises(NotAcceptable):
        read_submission(EXAMPLE.replace(old, new, 1))


def test_a_proof_of_more_than_63_lines_is_refused():
    read_submission(write_submission(1, [ONE] * 63, _signed(2, BOTH)))
    with pytest.raises(NotAcceptable, match="63"):
        read_submission(write_submission(1, [ONE] * 64, _signed(2, BOTH)))


def test_an_endless_request_is_refused_unread():
    with pytest.raises(NotAcceptable, match="at most"):
        read_submission(EXAMPLE + b"\n" * LARGEST_SUBMISSION)


def test_a_first_head_is_cosigned_without_proof():
    assert _judged(write_submission(0, [], _signed(2, BOTH))) == 200


def test_a_head_that_continues_the_last_is_cosigned():
    seen = Seen(1, ONE)
    assert _judged(write_submission(1, [TWO], _signed(2, BOTH)), seen) == 200


def test_the_same_head_is_cosigned_again():
    seen = Seen(2, BOTH)
    assert _judged(write_submission(2, [], _signed(2, BOTH)), seen) == 200


def test_another_head_of_the_same_size_is_422():
    seen = Seen(2, BOTH)
    other = node_hash(ONE, OTHER)
    assert _judged(write_submission(2, [], _signed(2, other)), seen) == 422


def test_a_head_that_does_not_continue_the_last_is_422():
    seen = Seen(1, OTHER)
    assert _judged(write_submission(1, [TWO], _signed(2, BOTH)), seen) == 422
    assert _judged(write_submission(1, [], _signed(2, BOTH)), Seen(1, ONE)) == 422


def test_a_proof_from_nothing_is_422():
    assert _judged(write_submission(0, [ONE], _signed(2, BOTH))) == 422


def test_an_empty_log_has_one_root_only():
    assert _judged(write_submission(0, [], _signed(0, EMPTY_ROOT))) == 200
    text = f"{LOG.name}\n0\n{to_base64(ONE)}\n"
    line = Signature(LOG.name, LOG.verifier.key_id, LOG.sign(text.encode()))
    signed = Note(text, (line,)).to_bytes()
    assert _judged(write_submission(0, [], signed)) == 422


def test_an_old_size_above_the_new_one_is_400_before_it_is_compared():
    body = write_submission(3, [], _signed(2, BOTH))
    assert _judged(body, Seen(1, ONE)) == 400


def test_another_old_size_is_409_with_the_size_that_was_cosigned():
    asked = read_submission(write_submission(0, [], _signed(2, BOTH)))
    answer = judge_growth(asked, Seen(1, ONE))
    assert (answer.status, answer.text) == (409, "1\n")
    assert answer.media_type == "text/x.tlog.size"


def test_an_unknown_log_is_404_whatever_it_sends():
    body = write_submission(3, [], _signed(2, BOTH))
    assert _judged(body, Seen(1, ONE), ()) == 404


def test_a_head_that_the_log_did_not_sign_is_403():
    other = Signer(LOG.name, bytes([8]) * 32)
    assert _judged(write_submission(0, [], _signed(2, BOTH, other))) == 403
    signed = _signed(2, BOTH)
    false = signed.replace(to_base64(BOTH).encode(), to_base64(OTHER).encode())
    assert _judged(write_submission(0, [], false)) == 403
    assert _judged(write_submission(0, [], signed[:-3] + b"x\n")) == 403
    assert (
        _judged(write_submission(0, [], signed.replace(b"\xe2\x80\x94", b"-"))) == 403
    )


def test_signatures_by_strangers_are_passed_over_and_not_kept():
    stranger = WitnessSigner("stranger.example", bytes([9]) * 32)
    signed = _signed(2, BOTH)
    line = Signature("stranger.example", stranger.verifier.key_id, bytes(72))
    body = write_submission(0, [], add_signatures(signed, [line]))
    assert _judged(body) == 200
    assert log_signed(read_submission(body).signed, [LOG.verifier]) == signed


def test_a_witness_shows_a_log_under_the_hash_of_its_origin():
    digest = sha256(b"example.com/log").hexdigest()
    assert witness_path("example.com/log") == f"witness/{digest}/checkpoint"
