"""Signing keys as files."""

import stat

from waternet.node.keys import read_key, write_key
from waternet.record.note import generate_signer


def test_a_key_is_its_owners_alone_also_in_a_folder_that_was_there(tmp_path):
    path = tmp_path / "keys" / "log.key"
    path.parent.mkdir(mode=0o755)
    signer = generate_signer("waternet/jordan")
    write_key(path, signer, "")
    for one, mode in ((path.parent, 0o700), (path, 0o600)):
        assert stat.S_IMODE(one.stat().st_mode) == mode
    assert read_key(path, "").verifier == signer.verifier
