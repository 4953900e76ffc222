"""Attacks on a log and on whoever follows or witnesses it: what came of each."""

import shutil
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from faults.liar import Liar, lied_to, rewritten
from faults.scenes import answers
from faults.threat import TAKEN, named
from logs import Log
from parties import LEVELS, Party, make_party, quiet

from waternet.errors import Conflict, NotFound, NotVerified
from waternet.exchange.evidence import fork_evidence
from waternet.exchange.verdict import Trusted, verify_evidence
from waternet.node import durable
from waternet.node.durable import write_durably
from waternet.node.folder import open_node
from waternet.node.follow import follow_party, pull_folder
from waternet.node.recovery import recover_node
from waternet.node.state import Head
from waternet.node.witness import answer_log, read_witness_key
from waternet.record.policy import majority_policy

FORGED = LEVELS.replace("-214.5", "-213.5")
GROWN = LEVELS + "W1,2015-04-01,-214\n"
NOW = 1_796_000_000


def pulled(reader: Party, folder: Path) -> str:
    """Let a party pull from a folder; return what it named."""
    return named(pull_folder(reader.node, folder, quiet).findings)


def altered_entry(folder: Path) -> str:
    """Change a letter of an entry in the files that a source shows."""
    israel, liar = lied_to(folder)
    bundle = liar.public / "tile/entries/000.p/3"
    bundle.write_bytes(bundle.read_bytes().replace(b"levels.csv", b"LEVELS.csv"))
    return pulled(israel, liar.public)


def rewritten_history(folder: Path) -> str:
    """Show another history, signed by the same keys."""
    israel, liar = lied_to(folder)
    assert pulled(israel, liar.public) == TAKEN
    return pulled(israel, rewritten(folder, liar, FORGED).node.public)


def rolled_back(folder: Path) -> str:
    """Show less than was seen before."""
    israel, liar = lied_to(folder)
    before = shutil.copytree(liar.public, folder / "before")
    liar.party.read(GROWN)
    liar.party.publish()
    assert pulled(israel, liar.public) == TAKEN
    return pulled(israel, before)


def false_evidence(_folder: Path) -> str:
    """Accuse an honest log by two heads of one history."""
    party = make_party(_folder)
    log = Log(party, "abcdefgh")
    evidence = fork_evidence((log.signed(4), log.signed(8)), [log.root(8), log.root(4)])
    try:
        verify_evidence(evidence, Trusted([party.node.cards()["jordan"]]))
    except NotVerified:
        return "proves nothing"
    return TAKEN


# Whoever cosigns


def witness_of(folder: Path) -> tuple[Party, Log, Log]:
    """Return a witness, and two histories of one log that it follows."""
    israel, jordan = make_party(folder, "israel"), make_party(folder, "jordan")
    follow_party(israel.node, jordan.node.public / "card.json")
    return israel, Log(jordan, "abcdefghij"), Log(jordan, "abcxyzuvw")


def _cosigned(node, body: bytes) -> str:
    answer = answer_log(node, read_witness_key(node), body, NOW)
    return TAKEN if answer.status == 200 else str(answer.status)


def split_view(folder: Path) -> str:
    """Ask a witness for its cosignature of a second history."""
    israel, log, fork = witness_of(folder)
    assert _cosigned(israel.node, log.body(0, 4)) == TAKEN
    return _cosigned(israel.node, fork.body(4, 9))


def cosigned_again(folder: Path) -> str:
    """Ask a witness for a smaller head than it cosigned, as if it were the first."""
    israel, log, fork = witness_of(folder)
    assert _cosigned(israel.node, log.body(0, 9)) == TAKEN
    return _cosigned(israel.node, fork.body(0, 4))


def unsigned_head(folder: Path) -> str:
    """Ask a witness to cosign what the log never signed."""
    israel, log, _fork = witness_of(folder)
    body = log.body(0, 4).replace(b"\n4\n", b"\n5\n")
    return _cosigned(israel.node, body)


def restored_witness(folder: Path) -> str:
    """Ask a witness that came from a backup for a second history."""
    israel, log, fork = witness_of(folder)
    cards = list(israel.node.cards().values())
    agreed = majority_policy(
        [card.log_verifier for card in cards], [card.witness_verifier for card in cards]
    )
    write_durably(israel.node.folder / "policy", agreed.to_text().encode())
    restored = shutil.copytree(israel.node.folder, folder / "restored")
    assert _cosigned(israel.node, log.body(0, 9)) == TAKEN
    return _cosigned(open_node([restored]), fork.body(0, 4))


# The own log


def _published(folder: Path) -> Party:
    party = make_party(folder)
    party.read()
    party.publish()
    return party


def older_state(folder: Path) -> str:
    """Publish from an older state: what was published since would stand twice."""
    party = _published(folder)
    follower = make_party(folder, "israel")
    follow_party(follower.node, party.node.public / "card.json")
    state, public = party.node.folder / "state.sqlite", party.node.public
    kept, before = state.read_bytes(), shutil.copytree(public, folder / "before")
    party.read(GROWN)
    party.publish()
    assert pulled(follower, public) == TAKEN
    state.write_bytes(kept)
    restore_public(before, public)
    shutil.rmtree(party.node.bank)
    party.read(LEVELS + "W2,2015-04-01,7\n", "other.csv")
    try:
        party.publish()
    except NotVerified:
        return "refused"
    return pulled(follower, public)


def restore_public(_before: Path, _public: Path) -> None:
    """Leave the newest public files where they are: they tell of more."""


def restore_all(before: Path, public: Path) -> None:
    """Put the older public files back, too: nothing here tells of more."""
    shutil.rmtree(public)
    shutil.copytree(before, public)


def two_appenders(folder: Path) -> str:
    """Publish while another process writes to the same node."""
    party = make_party(folder)
    party.read()
    with open_node([party.node.folder]).writing():
        try:
            party.publish()
        except Conflict:
            return "conflict"
    return TAKEN


def two_heads(folder: Path) -> str:
    """Let two that read the same head both replace it."""
    party = _published(folder)
    old = party.node.state.head("jordan")
    party.node.state.advance(old, Head("jordan", 4, b"of the first"))
    try:
        party.node.state.advance(old, Head("jordan", 4, b"of the second"))
    except Conflict:
        return "conflict"
    return "the first one is lost"


class StoppedError(Exception):
    """The process is no more."""


def _stop(at: str):
    def failpoint(name: str) -> None:
        if name == at:
            raise StoppedError

    return patch("waternet.node.log.failpoint", failpoint)


def killed_after_commit(folder: Path) -> str:
    """Stop a publication right after its commit point, then run it again."""
    party = make_party(folder)
    party.read()
    with suppress(StoppedError), _stop("log.committed"):
        party.publish()
    try:
        with party.node.writing():
            recover_node(party.node)
    except NotFound:
        return "the entries are lost"
    party.publish()
    return "completed" if answers(party.node)["observations"] else "lost"


def not_staged(path: Path, content: bytes) -> None:
    """Write all but what is staged: that would come after the commit."""
    if path.parent.name != "staging":
        write_durably(path, content)


def full_disk(folder: Path) -> str:
    """Fill the disk while a head is replaced."""
    head = folder / "checkpoint"
    head.write_bytes(b"old")
    full = OSError(28, "No space left on device")
    with patch("os.fsync", side_effect=full), suppress(OSError):
        durable.write_durably(head, b"new")
    return "the old one stands" if head.read_bytes() == b"old" else "torn"


def write_in_place(path: Path, content: bytes) -> None:
    """Write a file where it stands."""
    path.write_bytes(content[:1])
    raise OSError(28, "No space left on device")


def overwrite(self, _old: Head, new: Head) -> None:
    """Replace a head, whatever stands there."""
    with sqlite3.connect(self._path) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS head (party TEXT PRIMARY KEY,"
            " size INTEGER NOT NULL, checkpoint BLOB NOT NULL) STRICT"
        )
        connection.execute(
            "INSERT OR REPLACE INTO head VALUES (?, ?, ?)",
            (new.party, new.size, new.checkpoint),
        )


# Others' files on a stick


def foreign_entry(folder: Path) -> str:
    """Put another party's entry into the log."""
    israel, liar = lied_to(folder)
    other = make_party(folder / "other", "palestine")
    other.read()
    other.publish()
    liar.append(Liar(other).entries()[1])
    return pulled(israel, liar.public)


def spoken_for(folder: Path) -> str:
    """Sign an entry that speaks for another party."""
    israel, liar = lied_to(folder)
    body = {"release": 2, "reason": "wrong"}
    liar.append(liar.sign(body, "withdraw", party="palestine"))
    return pulled(israel, liar.public)


def foreign_head(folder: Path) -> str:
    """Show the head of another party's log as this party's."""
    israel, liar = lied_to(folder)
    other = _published(folder / "other")
    card = replace(other.node.cards()["jordan"], names={"en": "Another"})
    assert card.log_key != liar.node.cards()["jordan"].log_key
    shutil.copytree(other.node.public, folder / "shown")
    return pulled(israel, folder / "shown")
