"""Published Merkle proof vectors (transparency-dev/merkle, 'testdata').

The folders 'subtreeinclusion' and 'subtreeconsistency' are about proofs between
arbitrary subtrees (a draft of Merkle tree certificates). The record has no such
proofs, so they are left out.
"""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from waternet.errors import NotVerified
from waternet.record.tree import (
    Frontier,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

INCLUSION, CONSISTENCY = 98, 98  # vectors in the folders as published


def _vectors(folder: Path):
    for path in sorted(folder.rglob("*.json")):
        yield path.relative_to(folder), json.loads(path.read_text(encoding="utf-8"))


def _hashes(written):
    return [b64decode(text) for text in written or ()]


def _is_accepted(verify, *arguments):
    try:
        verify(*arguments)
    except NotVerified:
        return False
    return True


def test_inclusion_proofs_are_judged_as_published(shared: Path):
    judged = 0
    for name, vector in _vectors(shared / "vectors/merkle/inclusion"):
        accepted = _is_accepted(
            verify_inclusion,
            b64decode(vector["leafHash"]),
            vector["leafIdx"],
            vector["treeSize"],
            _hashes(vector["proof"]),
            b64decode(vector["root"]),
        )
        assert accepted != vector["wantErr"], name
        judged += 1
    assert judged == INCLUSION


def test_consistency_proofs_are_judged_as_published(shared: Path):
    judged = 0
    for name, vector in _vectors(shared / "vectors/merkle/consistency"):
        accepted = _is_accepted(
            verify_consistency,
            vector["size1"],
            vector["size2"],
            _hashes(vector["proof"]),
            b64decode(vector["root1"]),
            b64decode(vector["root2"]),
        )
        assert accepted != vector["wantErr"], name
        judged += 1
    assert judged == CONSISTENCY


# The reference leaves and roots of the first eight trees that the Certificate
# Transparency implementations share (transparency-dev/merkle, testonly/constants.go).
LEAVES = [
    bytes.fromhex(written)
    for written in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    tree = Frontier().append(leaf_hash(leaf) for leaf in LEAVES[:size])
    assert tree.root().hex() == ROOTS[size - 1]
