"""Copying the files that entries name into a mirror, from whichever source has them.

A file is written beside its place and hashed on its way; it gets its name once all of
it is verified and durable. What a stopped copy left is gone on with, not begun anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from waternet.errors import NotFound, NotReached, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.source import Source
from waternet.exchange.walk import NamedBlob, read_blob
from waternet.failpoint import failpoint
from waternet.node.durable import make_folder, move_durably
from waternet.record.blob import blob_path, verify_blob
from waternet.record.fields import Reference

__all__ = ["BlobCopies", "holds_blob"]

_COPIES = 4  # at a time, from one source
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class BlobCopies:
    """Copies one party's blobs into its mirror.

    Attributes
    ----------
    card : Card
    mirror : Path
    sources : sequence of Source
        In the order in which they are asked.
    hashed : bool
        Read what the mirror holds already, and replace it where it is damaged;
        otherwise its length is enough.
    silent : set of str
        Sources that did not answer, which are not waited for again.
    bad_copies : list of Finding
        Where a source had another file than was signed, and a later source had it.
    """

    card: Card
    mirror: Path
    sources: Sequence[Source]
    hashed: bool
    silent: set[str] = field(default_factory=set)
    bad_copies: list[Finding] = field(default_factory=list)

    def copy(
        self,
        blobs: Iterable[NamedBlob],
        told: Callable[[int], object] = lambda _done: None,
    ) -> list[Finding]:
        """Copy those that the mirror lacks, a few at a time.

        Parameters
        ----------
        blobs : iterable of NamedBlob
        told : function of a number of entries
            Called as the blobs of the entries before it are here.

        Returns
        -------
        list of Finding
            For each that could not be had, what is wrong with it where it was looked
            for last.

        Raises
        ------
        OSError
            The disk is full, or refuses.
        """
        # Two entries may name one blob, of which two threads must not write one file.
        wanted = {one.reference.sha256: one for one in reversed(list(blobs))}
        lacking = [one for one in reversed(wanted.values()) if not self._holds(one)]
        if not lacking:
            return []
        with ThreadPoolExecutor(_COPIES, "waternet-blob") as pool:
            found = []
            for blob, finding in zip(
                lacking, pool.map(self._copy, lacking), strict=True
            ):
                found += [finding] if finding else []
                told(blob.index)
        return found

    def _holds(self, blob: NamedBlob) -> bool:
        target, reference = self._target(blob), blob.reference
        if self.hashed:
            return holds_blob(target, reference)
        return target.is_file() and target.stat().st_size == reference.bytes

    def _target(self, blob: NamedBlob) -> Path:
        return self.mirror / blob_path(blob.reference.sha256)

    def _copy(self, blob: NamedBlob) -> Finding | None:
        finding: Finding | None = None
        for source in self.sources:
            if source.name in self.silent:
                continue
            try:
                self._copy_from(source, blob)
            except Finding as found:
                found.source = source.name
                # That one source has it not is less than that another has it wrong.
                if finding is None or finding.name == "missing-blob":
                    finding = found
            except NotReached as error:
                self.silent.add(source.name)
                finding = finding or self._missing(blob, str(error))
            else:
                if finding and finding.name == "corrupt-blob":
                    self.bad_copies.append(finding)
                return None
        return finding or self._missing(blob, "every source fell silent")

    def _missing(self, blob: NamedBlob, reason: str) -> Finding:
        told = f"the {blob} of {self.card.party!r} did not come: {reason}"
        return Finding("missing-blob", told, party=self.card.party, index=blob.index)

    def _copy_from(self, source: Source, blob: NamedBlob) -> None:
        target = self._target(blob)
        make_folder(target.parent)
        unfinished = target.with_name(target.name + ".unfinished")
        begun = unfinished.stat().st_size if unfinished.exists() else 0
        self._verify_room(blob, begun)
        try:
            self._finish(source, blob, unfinished)
        except Finding as finding:
            if finding.name == "corrupt-blob":
                unfinished.unlink()
            if finding.name != "corrupt-blob" or not begun:
                raise
            # Perhaps only what was left of an earlier attempt is not right.
            self._copy_from(source, blob)
            return
        finally:
            if unfinished.exists() and not unfinished.stat().st_size:
                unfinished.unlink()
        move_durably(unfinished, target)
        failpoint("pull.blob-copied")

    def _finish(self, source: Source, blob: NamedBlob, unfinished: Path) -> None:
        with unfinished.open("ab") as file:
            for piece in read_blob(self.card, source, blob, _pieces(unfinished)):
                file.write(piece)
                file.flush()  # what has come is gone on with after a kill
            os.fsync(file.fileno())

    def _verify_room(self, blob: NamedBlob, begun: int) -> None:
        free = shutil.disk_usage(self.mirror).free
        needed = blob.reference.bytes - begun
        if needed > free:
            raise Finding(
                "no-room",
                f"the {blob} of {self.card.party!r} take {needed:,} bytes, {free:,} "
                "are free",
                party=self.card.party,
                index=blob.index,
            )


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def holds_blob(path: Path, reference: Reference) -> bool:
    """Return whether the file is there and is the one that was signed."""
    try:
        verify_blob(path, reference)
    except (NotFound, NotVerified):
        return False
    return True
