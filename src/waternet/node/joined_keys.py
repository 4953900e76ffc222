"""Release keys that came to this party in shares, kept so that a rebuild reads them.

Who loses them joins them again from the entries and `keys/recipient.key`.
"""

from __future__ import annotations

from waternet.node.folder import Node
from waternet.node.keys import read_secret, write_secret

__all__ = ["joined_key", "keep_joined_key"]


def joined_key(node: Node, keys_sha256: str) -> str:
    """Return the key of the release whose keys blob has that hash; '' for none."""
    path = node.folder / "joined" / f"{keys_sha256}.key"
    return read_secret(path) if path.exists() else ""


def keep_joined_key(node: Node, keys_sha256: str, release_key: str) -> None:
    """Keep a release key that was joined and tried."""
    write_secret(node.folder / "joined" / f"{keys_sha256}.key", release_key, "")
