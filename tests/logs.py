"""A log that is nothing but heads, for tests of whoever cosigns them."""

from waternet.exchange.witness import write_submission
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.tree import Frontier, consistency_proof, leaf_hash


class Log:
    """A log that signs any head it likes, with the proofs that go with it."""

    def __init__(self, party, letters):
        self.signer = party.log_signer
        self.leaves = [leaf_hash(letter.encode()) for letter in letters]

    def root(self, size):
        return Frontier().append(self.leaves[:size]).root()

    def signed(self, size):
        head = Checkpoint(self.signer.name, size, self.root(size))
        return sign_checkpoint(head, self.signer)

    def hash(self, level, index):
        low = index << level
        return Frontier().append(self.leaves[low : low + (1 << level)]).root()

    def body(self, old, size):
        proof = consistency_proof(old, size, self.hash) if old else []
        return write_submission(old, proof, self.signed(size))
