"""Named moments at which a test stops the process, as a power cut would.

The environment variable ``WATERNET_FAILPOINT`` names one of `FAILPOINTS`: there the
process is killed (``name``) or finds the disk full (``name:full``). Unset, which is
always the case outside the fault tests, a failpoint costs one look-up.
"""

from __future__ import annotations

import errno
import os
import signal

from waternet.errors import NotFound

__all__ = ["FAILPOINTS", "failpoint"]

FAILPOINTS = (
    # publish, in the order in which they are passed
    "publish.before-blobs",
    "publish.sealed",
    "log.before-stage",
    "log.staged",
    "log.committed",
    "log.tiles-written",
    "log.checkpoint-published",
    "publish.before-bank",
    # drafts, as they are written and published
    "desk.before-commit",
    "desk.kept",
    "desk.before-clear",
    "desk.cleared",
    # cosignatures of the own head
    "cosign.kept",
    "cosign.shown",
    # acts of delegates, and their keys
    "act.before-kept",
    "act.entered",
    "act.before-drop",
    "act.unlisted",
    "credential.key-written",
    # notices by mail
    "notices.kept",
    "notices.sent",
    # edit, undo and review
    "edit.before-kept",
    "edit.kept",
    # the bank, for each release it takes
    "bank.catalogued",
    "bank.before-delta",
    "bank.after-delta",
    "bank.before-compact",
    "bank.after-compact",
    "bank.before-late",
    "bank.after-late",
    # restricted files, for each that is read
    "open.unsealed",
    # a swap, on the side that opens or takes
    "swap.before-opening",
    "swap.before-key",
    "swap.key-kept",
    # pull
    "pull.before-blobs",
    "pull.blob-copied",
    "pull.before-step",
    "pull.step-written",
    "witness.kept",
    "witness.shown",
    "pull.before-commit",
    "pull.committed",
    # taking the registry, or changing it
    "registry.before-files",
    "registry.files-written",
    "registry.committed",
    "registry.key-moved",
    # rebuild
    "rebuild.before-swap",
    "rebuild.moved-away",
    "rebuild.swapped",
)


def failpoint(name: str) -> None:
    """Stop here if the environment says so.

    Raises
    ------
    OSError
        ENOSPC, where the environment asks for a full disk at this point.
    """
    wanted = os.environ.get("WATERNET_FAILPOINT")
    if wanted is None:
        return
    if name not in FAILPOINTS:
        raise NotFound(f"no failpoint {name!r}")
    if wanted == name:
        os.kill(os.getpid(), signal.SIGKILL)
    if wanted == f"{name}:full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
