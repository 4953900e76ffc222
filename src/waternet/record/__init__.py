"""The signed, append-only record: entries, tree, proofs, files."""
