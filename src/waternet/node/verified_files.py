"""Files that hold what was signed, hashed once and not again until they change.

A file's stamp (device, number, size, times of change) tells whether it is still the one
that was hashed; the system sets the time of change itself at every write. A file that
changed only a moment ago is hashed each time, for two writes may fall into one tick of
that clock; and any file again after an hour, for a disk can rot without a write.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import TypeAlias

from waternet.errors import NotFound
from waternet.record.blob import verify_blob
from waternet.record.fields import Reference

__all__ = ["VerifiedFiles"]

_Stamp: TypeAlias = tuple[int, int, int, int, int]

_KEPT = 4096  # files
_FRESH = 3.0  # s after a change
_AGAIN = 3600.0  # s


class VerifiedFiles:
    """Remembers which files were found to be the ones that were signed.

    Threads may share one. It holds hashes and stamps, no content.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str], tuple[_Stamp, float]] = OrderedDict()

    def verify(self, path: Path, reference: Reference) -> None:
        """Raise unless the file is the one that was referred to; see `verify_blob`.

        Raises
        ------
        NotFound
            There is no such file.
        NotVerified
            It is another one.
        """
        key = (str(path), reference.sha256)
        stamp = _stamp(path)
        now = time.time()
        with self._lock:
            seen = self._seen.get(key)
            if seen and seen[0] == stamp and 0 <= now - seen[1] < _AGAIN:
                self._seen.move_to_end(key)
                return
            self._seen.pop(key, None)
        verify_blob(path, reference)
        changed = max(stamp[3], stamp[4]) / 1e9
        if now - changed < _FRESH or _stamp(path) != stamp:
            return
        with self._lock:
            self._seen[key] = stamp, now
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)


def _stamp(path: Path) -> _Stamp:
    try:
        told = path.stat()
    except FileNotFoundError as error:
        raise NotFound(f"no file {path.name}") from error
    return (
        told.st_dev,
        told.st_ino,
        told.st_size,
        told.st_mtime_ns,
        told.st_ctime_ns,
    )
