"""An allow-list: which paths may be asked for, whatever lies in the folder.

Paths and their forms: C2SP tlog-tiles and tlog-witness.
"""

import pytest

from waternet.api.published import find_publication

DIGEST = "ab" * 32


@pytest.mark.parametrize(
    "path",
    [
        "card.json",
        "checkpoint",
        "tile/0/000",
        "tile/63/x001/x234/067",
        "tile/1/000.p/17",
        "tile/0/x999/999.p/255",
        "tile/entries/273.p/112",
        f"blob/ab/{DIGEST}",
        "registry/1.root.json",
        "registry/cards/upper.json",
        f"witness/{DIGEST}/checkpoint",
    ],
)
def test_what_a_record_consists_of_is_public_also_in_a_mirror(path):
    own = find_publication(path)
    assert own.path == ("public", *path.split("/"))
    mirrored = find_publication(f"mirror/upper.basin-2/{path}")
    assert mirrored.path == ("mirror", "upper.basin-2", *path.split("/"))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "public/card.json",
        "node.toml",
        "keys/log.key",
        "keys/steward.key",
        "state.sqlite",
        "state.sqlite-wal",
        "pending/0001-levels/import.json",
        "staging/entries",
        "evidence/upper-forked-log-checkpoint-abc.txt",
        "bank/obs/part-0.parquet",
        "cards/upper.json",
        "writing.lock",
        "card.json.unfinished",
        "checkpoint.unfinished",
        f"blob/ab/{DIGEST}.unfinished",
        "tile/0/000.unfinished",
        "registry/root.json.unfinished",
        "registry/.hidden",
        "registry/../keys/log.key",
        "registry/..",
        ".well-known/../keys/log.key",
        "../keys/log.key",
        "mirror/../keys/log.key",
        "mirror/upper/../../keys/log.key",
        "mirror/.hidden/card.json",
        "mirror/upper/mirror/lower/card.json",
        "mirror/upper",
        "mirror/upper/",
        "mirror//card.json",
        "tile/0/../../../keys/log.key",
        "tile/64/000",
        "tile/00/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/1234067",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/07",
        "tile/data/000",
        f"blob/cd/{DIGEST}",
        f"blob/ab/{DIGEST.upper()}",
        f"blob/ab/{DIGEST[:-1]}",
        f"blob/ab/{DIGEST}0",
        "blob/ab/..",
        f"witness/{DIGEST[:-2]}/checkpoint",
        f"witness/{DIGEST}/card.json",
        "checkpoint\0",
        "checkpoint\n",
        "card.json\0.txt",
        "tile/0/\u0660\u0660\u0660",
        "tile\\0\\000",
        "tile/0/000/",
        "/card.json",
        "CARD.JSON",
        "card.json~",
    ],
)
def test_nothing_else_is(path):
    assert find_publication(path) is None
