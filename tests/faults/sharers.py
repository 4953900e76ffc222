"""A party that restricts its figures, its readers, what it may say."""

import hashlib
import io
from datetime import UTC, datetime

from parties import ADDRESS, LEVELS, make_party, quiet

from waternet.bank.query import get_observations
from waternet.bank.store import Bank
from waternet.exchange.walk import read_entries
from waternet.node.follow import follow_party, pull_folder
from waternet.node.log import append_entries, seen_head, stage_blobs
from waternet.node.publish import read_keys
from waternet.node.sharing import grant_releases
from waternet.record.blob import blob_path
from waternet.record.entry import Entry, sign_entry
from waternet.record.hashing import HashingSink


class Pair:
    """Jordan, who restricts its levels, and a reader in another node."""

    def __init__(self, folder, **terms):
        terms = {"access": "parties", "parties": ("israel",), **terms}
        self.jordan = make_party(folder, "jordan", **terms)
        self.israel = make_party(folder, "israel")
        self.lebanon = make_party(folder, "lebanon")
        everybody = (self.jordan, self.israel, self.lebanon)
        for one in everybody:
            for other in everybody:
                if one is not other:
                    follow_party(one.node, other.node.public / "card.json")

    def publish(self, text=LEVELS, reason=""):
        self.jordan.read(text)
        return self.jordan.publish(reason)

    def pull(self, reader=None):
        reader = reader or self.israel
        return pull_folder(reader.node, self.jordan.node.public, quiet)

    def entries(self, kind=""):
        node = self.jordan.node
        found = read_entries(node.cards()["jordan"], seen_head(node, "jordan"), 0)
        return [one for one in found if kind in ("", one.entry.kind)]

    def blob(self, index, name):
        reference = self.entries()[index].entry.references()[name]
        return self.jordan.node.public / blob_path(reference.sha256)

    def say(self, kind, body, *, blobs=()):
        """Append what the owner's own program never would."""
        node, keys = self.jordan.node, read_keys(self.jordan.node, "")
        with node.writing():
            staged = stage_blobs(node)
            for content in blobs:
                (staged / hashlib.sha256(content).hexdigest()).write_bytes(content)
            issued = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            entry = Entry(kind, "waternet/jordan", "jordan", issued, body)
            append_entries(node, [sign_entry(entry, keys.steward)], keys.log)


def values(party):
    with Bank.open(party.node.bank) as bank:
        if not bank.catalogue.series("s.party = 'jordan'"):
            return None
        return get_observations(bank, [f"jordan:{ADDRESS}"])["value"].to_pylist()


def recipients(pair, *parties):
    cards = pair.jordan.node.cards()
    return {party: cards[party].recipient for party in parties}


def reference(content, count):
    sink = HashingSink(io.BytesIO())
    sink.write(content)
    return sink.reference(count).to_json()


def granted(tmp_path, **terms):
    """Return a pair with one grant to Israel, and that grant's body."""
    pair = Pair(tmp_path, parties=(), **terms)
    release = pair.publish()[-1].entry
    keys = read_keys(pair.jordan.node, "")
    grant_releases(pair.jordan.node, keys, [release], "israel")
    return pair, dict(pair.entries("grant")[0].entry.body)
