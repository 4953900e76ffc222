"""Signed notes."""

from base64 import b64encode

import pytest

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.note import (
    MOST_TEXT,
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

# The example of the C2SP signed-note specification.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZX"
    "sYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
# The key pair in the documentation of Go's golang.org/x/mod/sumdb/note.
GO_SKEY = (
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
)
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.fixture
def signer() -> Signer:
    return generate_signer("water.example/log")


def test_the_specifications_example_is_opened_with_its_key():
    note = verify_note(SIGNED, [Verifier.from_text(VKEY)])
    assert note.text == "This is an example message.\n"
    assert note.to_bytes() == SIGNED


def test_a_signing_key_of_gos_package_gives_its_verifier_key():
    signer = Signer.from_text(GO_SKEY)
    assert signer.verifier.to_text() == GO_VKEY
    assert signer.to_text() == GO_SKEY


def test_an_altered_text_is_not_verified():
    altered = SIGNED.replace(b"example message", b"example massage")
    with pytest.raises(NotVerified, match="not made by it"):
        verify_note(altered, [Verifier.from_text(VKEY)])


def test_a_note_that_no_known_key_signed_names_who_did(signer):
    with pytest.raises(NotVerified, match=r"water\.example/log, found one by example"):
        verify_note(SIGNED, [signer.verifier])


def test_a_signature_by_an_unknown_key_is_passed_over(signer):
    stranger = generate_signer("else.example")
    signed = sign_note("x\n", stranger, signer)
    assert len(verify_note(signed, [signer.verifier]).signatures) == 2


def test_one_false_signature_by_a_known_key_spoils_the_note(signer):
    other = generate_signer("else.example")
    good = read_note(sign_note("x\n", signer, other))
    wrong = read_note(sign_note("y\n", other))
    signed = Note("x\n", (good.signatures[0], wrong.signatures[0])).to_bytes()
    with pytest.raises(NotVerified, match=r"'else\.example'"):
        verify_note(signed, [signer.verifier, other.verifier])


def test_the_same_name_with_another_key_is_a_stranger(signer):
    namesake = generate_signer(signer.name)
    with pytest.raises(NotVerified):
        verify_note(sign_note("x\n", namesake), [signer.verifier])


def test_no_verifier_means_no_trust():
    with pytest.raises(NotVerified, match="nobody"):
        verify_note(SIGNED, [])


def test_the_text_ends_at_the_last_blank_line(signer):
    text = "a\n\nb\n\n\nc\n"
    assert verify_note(sign_note(text, signer), [signer.verifier]).text == text


LINE = SIGNED.partition(b"\n\n")[2]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n" + LINE,
        SIGNED[:-1],
        SIGNED + b"\n",
        b"tab\there\n\n" + LINE,
        b"return\r\n\n" + LINE,
        b"nul\x00\n\n" + LINE,
        b"\xff\n\n" + LINE,
        b"text\n\n" + LINE.replace("—".encode(), b"-"),
        b"text\n\n" + LINE.replace(b" Uw2", b"  Uw2"),
        b"text\n\n" + LINE.replace(b"example.com/foo", b"example.com+foo"),
        b"text\n\n" + LINE.replace(b"example.com/foo", "a\u00a0b".encode()),
        b"text\n\n" + LINE.replace(b"Uw2Q", b"Uw2_"),
        b"text\n\n" + LINE.replace(b"aQM=", b"aQN="),  # stray bits
        b"text\n\n" + LINE.replace(b"aQM=", b"aQM"),
        b"text\n\n" + "— a AAAAAA==\n".encode(),  # a key id and nothing signed
        b"text\n\n" + LINE + b"x\n",
    ],
)
def test_what_is_not_a_note_is_refused(broken):
    with pytest.raises(NotAcceptable):
        read_note(broken)


def test_sixteen_signatures_are_read_and_a_hundred_and_one_are_not():
    def signed(count):
        return Note("x\n", (Signature("a", b"1234", b"5"),) * count).to_bytes()

    assert len(read_note(signed(16)).signatures) == 16
    with pytest.raises(NotAcceptable, match="at most 100"):
        read_note(signed(101))


def test_a_text_above_the_limit_is_refused(signer):
    fits = "x" * (MOST_TEXT - 1) + "\n"
    assert verify_note(sign_note(fits, signer), [signer.verifier]).text == fits
    with pytest.raises(NotAcceptable, match="at most"):
        sign_note("x" + fits, signer)
    with pytest.raises(NotAcceptable, match="at most"):
        read_note(b"x" + fits.encode() + b"\n" + LINE)
    with pytest.raises(NotAcceptable, match="larger"):
        read_note(b"x" * 3_000_000)


@pytest.mark.parametrize("text", ["no newline", "", "a\tb\n", "\ud800\n"])
def test_a_text_that_a_note_cannot_hold_is_not_signed(signer, text):
    with pytest.raises(NotAcceptable):
        sign_note(text, signer)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u2003b", "\x01"])
def test_a_key_name_has_no_spaces_and_no_plus(name):
    with pytest.raises(NotAcceptable):
        generate_signer(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("foo", "fop"),
        VKEY[:-4],
        VKEY + "\n",
        f"a+530d903a+{b64encode(bytes([2]) + bytes(32)).decode()}",
    ],
)
def test_a_damaged_verifier_key_is_refused(text):
    with pytest.raises(NotAcceptable):
        Verifier.from_text(text)


@pytest.mark.parametrize(
    "text", ["", GO_VKEY, GO_SKEY.replace("a3+", "a4+"), GO_SKEY[:-4], GO_SKEY + "="]
)
def test_a_damaged_signing_key_is_refused_and_not_shown(text):
    with pytest.raises(NotAcceptable) as caught:
        Signer.from_text(text)
    assert "YEKFALVF" not in str(caught.value)


def test_a_signing_key_is_not_printed():
    assert "YEKFALVF" not in repr(Signer.from_text(GO_SKEY))


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ=", "Q Q=", "QQ==\n", "א", "-_=="])
def test_base64_has_one_spelling(text):
    with pytest.raises(NotAcceptable):
        from_base64(text)
