"""Trust policies."""

from hashlib import sha256

import pytest

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.cosignature import (
    WitnessSigner,
    WitnessVerifier,
    add_signatures,
)
from waternet.record.note import Signer, Verifier
from waternet.record.policy import (
    MOST_AHEAD,
    MOST_DEFINED,
    MOST_POLICY,
    majority_policy,
    read_policy,
    verify_cosigned,
)

LOG = Signer("water.example/log", bytes([1]) * 32)
CHECKPOINT = Checkpoint(LOG.name, 1, sha256(b"\x00entry").digest())
SIGNED = sign_checkpoint(CHECKPOINT, LOG)
NOW = 1_796_000_000


def _witness(name: str) -> WitnessSigner:
    return WitnessSigner(f"witness.example/{name}", sha256(name.encode()).digest())


def _line(name: str, rest: str = "") -> str:
    return f"witness {name} {_witness(name).verifier.to_text()}{rest}\n"


LOG_LINE = f"log {LOG.verifier.to_text()}\n"
# The example of the C2SP tlog-policy specification, whose keys are elided there.
EXAMPLE = (
    f"{LOG_LINE}\n{_line('X1')}{_line('X2')}{_line('X3')}"
    "group X-witnesses 2 X1 X2 X3\n\n"
    f"{_line('Y1')}{_line('Y2')}{_line('Y3')}"
    "group Y-witnesses any Y1 Y2 Y3\n\n"
    "group X-and-Y all X-witnesses Y-witnesses\n"
    "quorum X-and-Y\n"
)


@pytest.mark.parametrize(
    ("cosigned", "met"),
    [
        ("X1 X2 Y1", True),
        ("X1 X2 X3 Y1 Y2 Y3", True),
        ("X2 X3 Y3", True),
        ("X1 X2 X3", False),  # nobody of the second organization
        ("X1 Y1 Y2 Y3", False),  # one of the first is not two
        ("X1 X2 else.example", False),
        ("X-witnesses Y-witnesses X-and-Y", False),  # a group cannot cosign
        ("", False),
    ],
)
def test_the_specifications_example_asks_both_organizations(cosigned, met):
    assert read_policy(EXAMPLE.encode()).is_met(cosigned.split()) is met


def test_a_policy_written_and_read_is_the_same():
    policy = read_policy(EXAMPLE.encode())
    assert read_policy(policy.to_text().encode()) == policy
    assert [one.name for one in policy.witnesses[2:4]] == ["X3", "Y1"]
    assert policy.log_verifiers(LOG.name) == (LOG.verifier,)
    assert policy.log_verifiers("water.example/lo") == ()


def test_quorum_none_is_met_by_nobody_and_needs_no_log():
    policy = read_policy(b"quorum none\n")
    assert policy.is_met([])
    assert (policy.logs, policy.witnesses, policy.groups) == ((), (), ())


def test_one_witness_can_be_the_quorum():
    policy = read_policy(f"{_line('X1')}{_line('X2')}quorum X1\n".encode())
    assert policy.is_met(["X1"])
    assert not policy.is_met(["X2"])


def test_blanks_comments_and_addresses_are_read():
    text = (
        "  # first the log\n\t\n"
        f"\tlog\t {LOG.verifier.to_text()}  https://water.example/log \t\n"
        f"{_line('X1', ' https://x1.example/')} \n"
        "#quorum none\n"
        "quorum\tX1"
        "\n"
    )
    policy = read_policy(text.encode())
    assert policy.logs[0].url == "https://water.example/log"
    assert policy.witnesses[0].url == "https://x1.example/"
    assert policy.quorum == "X1"


def test_names_are_octets_and_look_alikes_differ():
    kelvin = "\u212a"
    text = f"{_line('K')}{_line(kelvin)}quorum {kelvin}\n"
    assert not read_policy(text.encode()).is_met(["K"])
    latin1 = _line("K").replace("witness K", "witness \xe9").encode("latin-1")
    policy = read_policy(latin1 + b"quorum \xe9\n")
    assert policy.to_text().encode("utf-8", "surrogateescape").endswith(b"m \xe9\n")


def test_a_space_of_another_alphabet_divides_nothing():
    name = "a\u00a0b"
    text = f"{_line('X1').replace('witness X1', f'witness {name}')}quorum {name}\n"
    assert read_policy(text.encode()).quorum == name


GROUP = f"{_line('A')}{_line('B')}{_line('C')}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "newline"),
        ("quorum none", "newline"),
        ("\n", "no quorum line"),
        (GROUP, "no quorum line"),
        ("quorum none\nquorum none\n", "line 2.*second quorum"),
        ("quorum A\n" + GROUP, "line 1.*'A' is not defined"),
        ("quorum X\n", "not defined"),
        ("quorum\n", "not a line"),
        ("quorum none none\n", "not a line"),
        ("Quorum none\n", "not a line"),
        ("quorum none # why\n", "not a line"),
        ("quorum none\r\n", "0x0d"),
        ("#\x00\nquorum none\n", "line 1.*0x00"),
        ("#\n#\x7f\nquorum none\n", "line 2.*0x7f"),
        (LOG_LINE * 2 + "quorum none\n", "line 2.*comes twice"),
        (_line("A") * 2 + "quorum none\n", "line 2.*comes twice"),
        (
            _line("A") + _line("A").replace("witness A", "witness B") + "quorum none\n",
            "line 2.*comes twice",
        ),
        (_line("none") + "quorum none\n", "taken"),
        (_line("A") + _line("B").replace("witness B", "witness A"), "line 2.*taken"),
        (GROUP + "group none any A\nquorum none\n", "taken"),
        (GROUP + "group A any B\nquorum A\n", "taken"),
        (GROUP + "group g any g\nquorum g\n", "'g' is not defined"),
        (GROUP + "group g any h\ngroup h any A\nquorum g\n", "'h' is not defined"),
        (GROUP + "group g any none\nquorum g\n", "'none' is not defined"),
        (GROUP + "group g any A A\nquorum g\n", "twice"),
        (GROUP + "group g any A\ngroup h any A B\nquorum h\n", "line 5.*twice"),
        (GROUP + "group g any\nquorum g\n", "not a line"),
        (GROUP + "group g 0 A\nquorum g\n", "got '0'"),
        (GROUP + "group g 3 A B\nquorum g\n", "got '3'"),
        (GROUP + "group g 02 A B\nquorum g\n", "got '02'"),
        (GROUP + "group g -1 A B\nquorum g\n", "got '-1'"),
        (GROUP + "group g \u0662 A B\nquorum g\n", "got"),
        (GROUP + "group g ANY A B\nquorum g\n", "got 'ANY'"),
        (GROUP + f"group g {'9' * 5000} A B\nquorum g\n", "got '999"),
        (_line("A", " https://a.example more"), "not a line"),
        ("log\nquorum none\n", "not a line"),
        ("log x\nquorum none\n", "not a verifier key"),
        (f"witness A {LOG.verifier.to_text()}\n", "not of type 0x04"),
        (f"log {_witness('A').verifier.to_text()}\n", "not of type 0x01"),
    ],
)
def test_what_is_not_a_policy_is_refused(text, reason):
    with pytest.raises(NotAcceptable, match=reason):
        read_policy(text.encode())


def test_the_same_key_by_another_name_is_the_same_witness():
    one = _witness("A").verifier
    other = WitnessVerifier("else.example", one.key)
    text = f"witness A {one.to_text()}\nwitness B {other.to_text()}\nquorum A\n"
    with pytest.raises(NotAcceptable, match=r"line 2.*'B' comes twice"):
        read_policy(text.encode())
    renamed = Verifier("else.example", LOG.verifier.key).to_text()
    with pytest.raises(NotAcceptable, match="comes twice"):
        read_policy(f"{LOG_LINE}log {renamed}\nquorum none\n".encode())


def test_the_name_of_a_key_is_utf8():
    text = _line("A").replace("witness.example", "witness\xe9").encode("latin-1")
    with pytest.raises(NotAcceptable, match="UTF-8"):
        read_policy(text + b"quorum A\n")


def test_more_than_the_specification_asks_for_is_read_and_no_end_is_not():
    assert MOST_DEFINED >= 32
    lines = [_line(f"w{at}") for at in range(MOST_DEFINED)]
    groups = [f"group g{at} any w{at}\n" for at in range(MOST_DEFINED)]
    policy = read_policy("".join([*lines, *groups, "quorum g0\n"]).encode())
    assert policy.is_met(["w0"])
    for more in (_line("more"), f"{groups[-1]}group more any g0\n"):
        with pytest.raises(NotAcceptable, match=f"at most {MOST_DEFINED}"):
            read_policy("".join([*lines, *groups[:-1], more]).encode() + b"\n")
    with pytest.raises(NotAcceptable, match="at most"):
        read_policy(b"#" * MOST_POLICY + b"\nquorum none\n")


# By hand, of 2 q - n > 0; of two witnesses only one can cosign the other's log.
@pytest.mark.parametrize(
    ("parties", "quorum"), [(1, 1), (2, 1), (3, 2), (4, 3), (5, 3), (7, 4)]
)
def test_a_majority_of_the_parties_witnesses_is_the_quorum(parties, quorum):
    witnesses = [_witness(f"w{at}").verifier for at in range(parties)]
    policy = majority_policy([LOG.verifier], witnesses)
    names = [one.name for one in policy.witnesses]
    assert policy.is_met(names[:quorum])
    assert not policy.is_met(names[: quorum - 1])
    assert read_policy(policy.to_text().encode()) == policy


def test_without_witnesses_nobody_need_cosign():
    assert majority_policy([LOG.verifier], []).quorum == "none"


THREE = majority_policy([LOG.verifier], [_witness(name).verifier for name in "ABC"])


def _cosigned(**seconds: int) -> bytes:
    text = CHECKPOINT.to_text()
    lines = [_witness(name).cosign(text, at) for name, at in seconds.items()]
    return add_signatures(SIGNED, lines)


def test_two_of_three_cosignatures_are_enough_and_one_is_not():
    one = verify_cosigned(THREE, _cosigned(A=NOW), NOW)
    assert (one.checkpoint, one.is_met) == (CHECKPOINT, False)
    two = verify_cosigned(THREE, _cosigned(A=NOW - 5, C=NOW), NOW)
    assert two.is_met
    assert two.times == {"witness.example/A": NOW - 5, "witness.example/C": NOW}


def test_a_cosignature_from_the_future_is_told_and_not_counted():
    signed = _cosigned(A=NOW + MOST_AHEAD, B=NOW + MOST_AHEAD + 1)
    found = verify_cosigned(THREE, signed, NOW)
    assert found.times == {"witness.example/A": NOW + MOST_AHEAD}
    assert found.ahead == {"witness.example/B": NOW + MOST_AHEAD + 1}
    assert not found.is_met
    assert verify_cosigned(THREE, signed, NOW + 1).is_met


def test_a_witness_that_no_policy_names_is_passed_over():
    found = verify_cosigned(THREE, _cosigned(A=NOW, D=NOW), NOW)
    assert list(found.times) == ["witness.example/A"]
    assert not found.is_met


def test_a_false_cosignature_spoils_the_checkpoint():
    other = Checkpoint(LOG.name, 2, sha256(b"else").digest()).to_text()
    signed = add_signatures(SIGNED, [_witness("A").cosign(other, NOW)])
    with pytest.raises(NotVerified, match=r"'witness\.example/A'"):
        verify_cosigned(THREE, signed, NOW)


def test_a_log_that_the_policy_does_not_name_is_refused():
    stranger = Signer("else.example/log", bytes(32))
    root = sha256(b"\x00entry").digest()
    signed = sign_checkpoint(Checkpoint(stranger.name, 1, root), stranger)
    with pytest.raises(NotVerified, match=r"no log 'else\.example/log'"):
        verify_cosigned(THREE, signed, NOW)
    namesake = Signer(LOG.name, bytes(32))
    with pytest.raises(NotVerified, match="expected a signature by"):
        verify_cosigned(THREE, sign_checkpoint(CHECKPOINT, namesake), NOW)


def test_a_log_with_two_keys_may_sign_with_either():
    later = Signer(LOG.name, bytes(32))
    policy = majority_policy([LOG.verifier, later.verifier], [])
    for signer in (LOG, later):
        assert verify_cosigned(policy, sign_checkpoint(CHECKPOINT, signer), NOW).is_met


def test_a_log_does_not_cosign_itself_with_its_own_kind_of_signature():
    key = LOG.verifier.key
    witness = WitnessVerifier(LOG.name, key)
    text = f"{LOG_LINE}witness self {witness.to_text()}\nquorum self\n"
    policy = read_policy(text.encode())
    assert not verify_cosigned(policy, SIGNED, NOW).is_met
