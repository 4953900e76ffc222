"""Evidence: what it proves, and that it accuses nobody who did nothing."""

from dataclasses import dataclass, replace
from hashlib import sha256

import pytest

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card, EarlierKey
from waternet.exchange.evidence import (
    MOST_EVIDENCE,
    Evidence,
    entry_evidence,
    fork_evidence,
    read_evidence,
    rollback_evidence,
)
from waternet.exchange.finding import Finding
from waternet.exchange.verdict import Trusted, named_by_key, verify_evidence
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.cosignature import WitnessSigner, add_signatures
from waternet.record.entry import Entry, sign_entry
from waternet.record.note import Signer, sign_note
from waternet.record.policy import majority_policy
from waternet.record.tree import Frontier, leaf_hash, prefix_proof

TIME = 1_790_000_000


@dataclass
class Log:
    """A party's log with its keys, which holds whatever it is told to."""

    party: str
    entries: list[bytes]

    @property
    def log(self) -> Signer:
        return Signer(f"waternet/{self.party}", self._seed("log"))

    @property
    def steward(self) -> Signer:
        return Signer(f"waternet/{self.party}/steward", self._seed("steward"))

    @property
    def witness(self) -> WitnessSigner:
        return WitnessSigner(f"waternet/{self.party}/witness", self._seed("witness"))

    @property
    def card(self) -> Card:
        return Card(
            party=self.party,
            names={"en": self.party.title()},
            origin=self.log.name,
            log_key=self.log.verifier.to_text(),
            steward_key=self.steward.verifier.to_text(),
            witness_key=self.witness.verifier.to_text(),
        )

    def hash(self, level: int, index: int) -> bytes:
        held = self.entries[index << level : (index + 1) << level]
        return Frontier().append(map(leaf_hash, held)).root()

    def head(self, size: int | None = None, key: Signer | None = None) -> bytes:
        size = len(self.entries) if size is None else size
        root = Frontier().append(map(leaf_hash, self.entries[:size])).root()
        signer = key or self.log
        return sign_checkpoint(Checkpoint(signer.name, size, root), signer)

    def entry(self, reason: str, **changed: object) -> bytes:
        body = {"release": 0, "reason": reason}
        entry = Entry(
            "withdraw", self.log.name, self.party, "2026-11-22T08:00:00Z", body
        )
        return sign_entry(replace(entry, **changed), self.steward)

    def _seed(self, role: str) -> bytes:
        return sha256(f"{self.party} {role}".encode()).digest()


def _log(party: str = "jordan", size: int = 7, altered: int = -1) -> Log:
    made = Log(party, [])
    made.entries = [
        made.entry("another" if at == altered else f"entry {at}") for at in range(size)
    ]
    return made


HONEST = _log()
TRUSTED = Trusted([HONEST.card])


def _fork(first: Log, second: Log) -> Evidence:
    sizes = sorted([len(first.entries), len(second.entries)])
    larger = max((first, second), key=lambda log: len(log.entries))
    hashes = prefix_proof(*sizes, larger.hash) if sizes[0] < sizes[1] else []
    return fork_evidence((first.head(), second.head()), hashes)


# A forked log


@pytest.mark.parametrize("sizes", [(7, 7), (7, 5), (5, 7), (4, 7), (7, 4), (1, 2)])
@pytest.mark.parametrize("altered", [0, -2])
def test_two_histories_of_one_log_are_proved_by_one_file(sizes, altered):
    first, second = sizes
    altered %= min(sizes)
    evidence = _fork(_log(size=first), _log(size=second, altered=altered))
    written = evidence.to_bytes()
    assert read_evidence(written) == evidence
    verdict = verify_evidence(read_evidence(written), TRUSTED)
    assert (verdict.finding, verdict.about) == ("forked-log", "jordan")
    assert f"a head of {first} entries and a head of {second}" in verdict.proved[0]
    assert verdict.keys == (HONEST.card.log_key,)
    assert any("stolen" in told for told in verdict.not_proved)


def test_a_policy_is_enough_to_judge_a_fork():
    policy = majority_policy([HONEST.log.verifier], [])
    verdict = verify_evidence(_fork(HONEST, _log(altered=3)), Trusted(policy=policy))
    assert verdict.about == "waternet/jordan"


def test_a_person_reads_at_the_top_what_the_file_is_about():
    written = _fork(HONEST, _log(size=9, altered=3)).to_bytes().decode()
    header, finding, *lines = written.splitlines()
    assert (header, finding) == ("waternet-evidence/v1", "finding forked-log")
    assert lines[0] == (
        "# The log waternet/jordan signed two histories that cannot both be true: the "
        "head of 7 entries and that of 9 below."
    )
    assert "\twaternet/jordan\n\t7\n" in written


def test_a_log_that_only_grew_is_not_accused():
    with pytest.raises(NotVerified, match="of 7 entries continues that of 5"):
        verify_evidence(_fork(_log(size=5), _log(size=7)), TRUSTED)


def test_the_same_head_twice_accuses_nobody():
    cosigned = add_signatures(HONEST.head(), [HONEST.witness.cosign("x\n", TIME)])
    with pytest.raises(NotVerified, match="the two heads are the same"):
        verify_evidence(fork_evidence((HONEST.head(), cosigned), ()), TRUSTED)


def test_heads_of_two_logs_accuse_neither():
    other = _log("israel")
    evidence = fork_evidence((HONEST.head(), other.head()), ())
    with pytest.raises(NotVerified, match="of two logs"):
        verify_evidence(evidence, Trusted([HONEST.card, other.card]))


def test_a_head_signed_by_another_key_of_the_same_name_accuses_nobody():
    thief = Signer(HONEST.log.name, bytes(32))
    evidence = fork_evidence((HONEST.head(), _log(altered=3).head(key=thief)), ())
    with pytest.raises(NotVerified, match="expected a signature by"):
        verify_evidence(evidence, TRUSTED)


def test_a_head_signed_with_a_key_after_it_was_revoked_accuses_nobody():
    stolen = Signer(HONEST.log.name, bytes(32))
    earlier = EarlierKey("log", stolen.verifier.to_text(), until=5)
    card = replace(HONEST.card, earlier_keys=(earlier,))
    evidence = fork_evidence((HONEST.head(), _log(altered=3).head(key=stolen)), ())
    with pytest.raises(NotVerified):
        verify_evidence(evidence, Trusted([card]))


@pytest.mark.parametrize("damage", ["cut", "longer", "flipped", "none", "other"])
def test_hashes_of_a_damaged_mirror_accuse_nobody(damage):
    """The heads are honest; the accuser's own copy of the tiles is not."""
    hashes = prefix_proof(5, 7, HONEST.hash)
    flipped = bytes([hashes[0][0] ^ 1]) + hashes[0][1:]
    given = {
        "cut": hashes[:-1],
        "longer": [*hashes, hashes[0]],
        "flipped": [flipped, *hashes[1:]],
        "none": [],
        "other": prefix_proof(5, 7, _log(altered=2).hash),
    }[damage]
    evidence = fork_evidence((HONEST.head(5), HONEST.head(7)), given)
    with pytest.raises(NotVerified):
        verify_evidence(evidence, TRUSTED)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_smaller_log_of_a_power_of_two_is_not_accused_by_a_false_root(size):
    """Its root is itself a hash of the larger tree: a false one must not count."""
    hashes = prefix_proof(size, 7, HONEST.hash)
    hashes[0] = bytes(32)
    evidence = fork_evidence((HONEST.head(size), HONEST.head(7)), hashes)
    with pytest.raises(NotVerified, match="does not lead to"):
        verify_evidence(evidence, TRUSTED)


def test_an_altered_size_or_root_accuses_nobody():
    written = _fork(HONEST, _log(size=7)).to_bytes()
    forged = written.replace(b"\t7\n", b"\t8\n", 1)
    with pytest.raises(NotVerified):
        verify_evidence(read_evidence(forged), TRUSTED)


def test_without_the_card_nothing_is_said():
    with pytest.raises(NotFound, match="no card or policy"):
        verify_evidence(_fork(HONEST, _log(altered=3)), Trusted([_log("israel").card]))


# A witness that went back


ISRAEL = _log("israel")
BOTH = Trusted([HONEST.card, ISRAEL.card])


def _cosigned(size: int, seconds: int, witness: WitnessSigner) -> bytes:
    head = HONEST.head(size)
    text = head.decode().partition("\n\n")[0] + "\n"
    return add_signatures(head, [witness.cosign(text, seconds)])


def test_a_witness_that_cosigned_less_after_more_is_named_and_not_the_log():
    larger = _cosigned(7, TIME, ISRAEL.witness)
    smaller = _cosigned(5, TIME + 60, ISRAEL.witness)
    evidence = read_evidence(rollback_evidence(larger, smaller).to_bytes())
    verdict = verify_evidence(evidence, BOTH)
    assert verdict.about == "waternet/israel/witness"
    assert "had 5 entries, though at 2026-09-21T14:13:20Z it had" in verdict.proved[0]
    assert "that the log waternet/jordan did anything wrong" in verdict.not_proved[0]


@pytest.mark.parametrize(
    ("larger", "smaller"),
    [
        ((7, TIME, ISRAEL.witness), (5, TIME - 60, ISRAEL.witness)),  # it grew
        ((7, TIME, ISRAEL.witness), (5, TIME, ISRAEL.witness)),
        ((7, TIME, ISRAEL.witness), (5, TIME + 60, HONEST.witness)),  # two witnesses
        ((5, TIME, ISRAEL.witness), (7, TIME + 60, ISRAEL.witness)),
        ((7, TIME, ISRAEL.witness), (7, TIME + 60, ISRAEL.witness)),  # seen again
        (
            (7, TIME, ISRAEL.witness),
            (5, TIME + 60, WitnessSigner(ISRAEL.witness.name, bytes(32))),
        ),
    ],
)
def test_a_witness_that_went_forward_is_not_accused(larger, smaller):
    evidence = rollback_evidence(_cosigned(*larger), _cosigned(*smaller))
    with pytest.raises(NotVerified, match=r"proves nothing|prove only"):
        verify_evidence(evidence, BOTH)


def test_a_smaller_head_without_cosignatures_accuses_nobody():
    evidence = rollback_evidence(HONEST.head(7), HONEST.head(5))
    with pytest.raises(
        NotVerified, match="signed 7 entries; that it showed 5 afterwards"
    ):
        verify_evidence(evidence, BOTH)


# Entries that should not be there


def _held(entry: bytes, finding: str = "bad-signature") -> Evidence:
    log = _log()
    log.entries[3] = entry
    return entry_evidence(finding, log.head(), 3, entry, log.hash)


@pytest.mark.parametrize(
    "entry",
    [
        ISRAEL.entry("x", log=HONEST.log.name, party="jordan"),
        HONEST.entry("x", log="waternet/else"),
        HONEST.entry("x", party="israel"),
        b"not a note at all\n",
        b"\xff\x00\t\n",
        b"\x1b[2J\n",
    ],
)
def test_an_entry_that_the_steward_did_not_sign_for_this_log_is_proved(entry):
    evidence = _held(entry)
    written = evidence.to_bytes()
    assert b"\x1b" not in written
    assert read_evidence(written) == evidence
    verdict = verify_evidence(read_evidence(written), TRUSTED)
    assert (verdict.finding, verdict.about) == ("bad-signature", "jordan")
    assert "waternet/jordan holds this as its entry 3" in verdict.proved[0]
    assert "that the party has no newer card" in verdict.not_proved[0]


def test_an_entry_that_the_steward_signed_accuses_nobody():
    with pytest.raises(NotVerified, match="as it must be"):
        verify_evidence(_held(HONEST.entries[3]), TRUSTED)


def test_an_entry_signed_with_an_earlier_key_in_its_time_accuses_nobody():
    later = Signer(HONEST.steward.name, bytes(32))
    earlier = EarlierKey("steward", HONEST.card.steward_key, until=4)
    card = replace(
        HONEST.card, steward_key=later.verifier.to_text(), earlier_keys=(earlier,)
    )
    with pytest.raises(NotVerified, match="as it must be"):
        verify_evidence(_held(HONEST.entries[3]), Trusted([card]))


def test_a_kind_of_entry_that_a_later_version_knows_accuses_nobody():
    line = '{"heads":[],"issued":"2026-11-22T08:00:00Z","kind":"tomorrow"}\n'
    with pytest.raises(NotVerified, match="as it must be"):
        verify_evidence(_held(sign_note(line, HONEST.steward)), TRUSTED)


def test_an_entry_that_the_log_does_not_hold_accuses_nobody():
    planted = ISRAEL.entry("x", log=HONEST.log.name, party="jordan")
    for evidence in (
        replace(_held(planted), entry=ISRAEL.entry("y")),
        replace(_held(planted), index=4),
        replace(_held(planted), heads=(HONEST.head(),)),  # proof against another root
        replace(_held(planted), hashes=()),
    ):
        with pytest.raises(NotVerified):
            verify_evidence(evidence, TRUSTED)


def test_an_entry_needs_the_partys_card_and_not_only_a_policy():
    planted = ISRAEL.entry("x", log=HONEST.log.name, party="jordan")
    policy = majority_policy([HONEST.log.verifier], [])
    with pytest.raises(NotFound, match="stands on its party's card"):
        verify_evidence(_held(planted), Trusted(policy=policy))


def test_the_key_of_another_party_is_named_with_both():
    planted = ISRAEL.entry("x", log=HONEST.log.name, party="jordan")
    evidence = _held(planted, "key-of-another-party")
    verdict = verify_evidence(evidence, BOTH)
    assert verdict.about == "jordan"
    assert "with the key waternet/israel/steward of israel" in verdict.proved[0]
    assert "may have been copied" in verdict.not_proved[0]
    with pytest.raises(NotVerified, match="another party whose card was given"):
        verify_evidence(evidence, TRUSTED)


def test_a_steward_whom_two_parties_share_is_no_foreigner():
    shared = replace(HONEST.card, steward_key=ISRAEL.card.steward_key)
    planted = ISRAEL.entry("x", log=HONEST.log.name, party="jordan")
    with pytest.raises(NotVerified, match="as it must be"):
        verify_evidence(
            _held(planted, "key-of-another-party"), Trusted([shared, ISRAEL.card])
        )


def test_another_key_of_the_stewards_name_is_nobody_elses():
    thief = Signer(ISRAEL.steward.name, bytes(32))
    line = HONEST.entries[3].decode().partition("\n\n")[0] + "\n"
    evidence = _held(sign_note(line, thief), "key-of-another-party")
    with pytest.raises(NotVerified, match="another party whose card was given"):
        verify_evidence(evidence, BOTH)


# The file


WRITTEN = _fork(HONEST, _log(size=9, altered=3)).to_bytes()


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"waternet-evidence/v1\n",
        WRITTEN[:-1],
        WRITTEN.replace(b"/v1", b"/v2"),
        WRITTEN.replace(b"finding forked-log", b"finding stolen-water"),
        WRITTEN.replace(b"finding forked-log", b"finding bad-signature"),
        WRITTEN.replace(b"finding forked-log\n", b""),
        WRITTEN.replace(b"finding forked-log\n", b"finding forked-log\n" * 2),
        WRITTEN.replace(b"\nhead\n", b"\n\nhead\n", 1),
        WRITTEN.replace(b"\nhead\n", b"\nHead\n", 1),
        WRITTEN + b"\tmore\n",
        WRITTEN + b"hash AAAA\n",
        WRITTEN + b"hash " + b"A" * 43 + b"\n",
        WRITTEN + (b"hash " + b"A" * 43 + b"=\n") * 66,
        WRITTEN + b"index 1\n",
        WRITTEN + b"index 01\n",
        WRITTEN + b"entry AAAA\n",
        WRITTEN + b"entry AAAA\nindex 1\n",
        WRITTEN + b"head\n\tone more\n",
        WRITTEN + b"\xff\n",
        b"waternet-evidence/v1\n" + b"#" * MOST_EVIDENCE,
    ],
)
def test_what_is_not_evidence_is_refused(written):
    with pytest.raises(NotAcceptable):
        verify_evidence(read_evidence(written), TRUSTED)


def test_a_finding_is_named_by_the_key_that_signed_where_that_is_known():
    planted = ISRAEL.entry("x", log=HONEST.log.name, party="jordan")
    kept = {"evidence": _held(planted).to_bytes()}
    found = Finding("bad-signature", "x", party="jordan", index=3, evidence=kept)
    assert named_by_key(found, [HONEST.card]) is found
    named = named_by_key(found, [HONEST.card, ISRAEL.card])
    assert (named.name, named.party, named.index) == (
        "key-of-another-party",
        "jordan",
        3,
    )
    assert "waternet/israel/steward of israel" in str(named)
    kept_anew = read_evidence(named.evidence["evidence"])
    assert verify_evidence(kept_anew, BOTH).finding == "key-of-another-party"
    other = Finding("missing-file", "x", party="jordan")
    assert named_by_key(other, [HONEST.card, ISRAEL.card]) is other
