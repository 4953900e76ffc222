"""A record in a bucket of an S3-compatible object store.

Where the store is, and who asks, is told by the variables of the environment that all
programs for such stores read: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID... A
bucket that anybody may read needs no key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING

from waternet.errors import NotAcceptable, NotFound, NotReached
from waternet.exchange.read_ahead import read_ahead
from waternet.record.tiles import LARGEST_BUNDLE

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ClientConfig, S3Store

__all__ = ["BucketSource"]

_LOCATION = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/+(.*?))?/*")
_PIECE = 1 << 20
_ATTEMPTS = 4
# By any of these the store may know who asks; without, nothing is signed.
_SIGNING = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_SKIP_SIGNATURE",
)


class BucketSource:
    """One party's public folder in a bucket.

    Parameters
    ----------
    location : str
        ``s3://bucket`` or ``s3://bucket/prefix``.

    Raises
    ------
    NotAcceptable
        It is no such location, or the package for it is not installed.
    """

    def __init__(self, location: str) -> None:
        found = _LOCATION.fullmatch(location)
        if found is None:
            raise NotAcceptable(
                f"{location!r} names no bucket",
                hint="expected s3://bucket or s3://bucket/prefix",
            )
        self._name = location.rstrip("/")
        self._obstore = _load_obstore()
        self._store = _open_store(found[1], found[2] or None)

    @property
    def name(self) -> str:
        """The location."""
        return self._name

    def below(self, path: str) -> BucketSource:
        """Return the record that lies below this one."""
        return BucketSource(f"{self._name}/{path}")

    def read(self, path: str, limit: int = LARGEST_BUNDLE) -> bytes:
        """Return a small file whole; see `FolderSource.read`.

        Raises
        ------
        NotFound
            The bucket has no such file, or gives it to nobody.
        NotAcceptable
            The file is larger than `limit`.
        NotReached
            The store does not answer as it should.
        """
        with self._asking(path):
            result: GetResult = self._obstore.get(self._store, path)
            if result.meta["size"] > limit:
                raise NotAcceptable(
                    f"{self._name}/{path} is larger than the {limit} bytes it may have"
                )
            return bytes(result.bytes())

    def chunks(self, path: str, start: int = 0) -> Iterator[bytes]:
        """Yield a large file (a blob) piece by piece, from the byte `start` on.

        Raises
        ------
        NotFound, NotReached
            As `read` does.
        """
        # A range that begins at the end is refused by a store.
        if start and start >= self._size(path):
            return
        options = {"range": {"offset": start}} if start else None
        with self._asking(path):
            result: GetResult = self._obstore.get(self._store, path, options=options)
            yield from result.stream(_PIECE)

    def read_all(
        self, paths: Sequence[str], limit: int = LARGEST_BUNDLE
    ) -> Iterator[bytes]:
        """Yield many small files, in order; see `FolderSource.read_all`.

        Raises
        ------
        NotFound, NotAcceptable, NotReached
            As `read` does, when the turn of that file comes.
        """
        return read_ahead(self.read, paths, limit)

    def _size(self, path: str) -> int:
        with self._asking(path):
            size: int = self._obstore.head(self._store, path)["size"]
        return size

    @contextmanager
    def _asking(self, path: str) -> Iterator[None]:
        failures = self._obstore.exceptions
        refused = (
            FileNotFoundError,
            failures.PermissionDeniedError,
            failures.UnauthenticatedError,
        )
        try:
            yield
        except refused as error:
            raise NotFound(
                f"no file {path} to be read in {self._name}: {_first_line(error)}",
                hint="look whether the bucket is right and may be read by you",
            ) from error
        except failures.BaseError as error:
            raise NotReached(
                f"{self._name}/{path}: {_first_line(error)}",
                hint="look at AWS_ENDPOINT_URL and AWS_REGION, or try again later",
            ) from error


def _load_obstore() -> ModuleType:
    try:
        import obstore
    except ImportError as error:
        raise NotAcceptable(
            "records in buckets are read with the package obstore, which is not here",
            hint="install it: pip install 'waternet[s3]'",
        ) from error
    return obstore


def _open_store(bucket: str, prefix: str | None) -> S3Store:
    from obstore.exceptions import BaseError
    from obstore.store import S3Store

    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    client: ClientConfig = {
        "user_agent": f"waternet/{version('waternet')}",
        "connect_timeout": "10s",
        "read_timeout": "30s",
        "timeout": "1day",  # of a whole file, which may be large
        "allow_http": endpoint.startswith("http://"),
    }
    if proxy := os.environ.get("WATERNET_PROXY"):
        client["proxy_url"] = proxy
    signed = any(name in os.environ for name in _SIGNING)
    try:
        return S3Store(
            bucket,
            prefix=prefix,
            config={} if signed else {"skip_signature": True},
            client_options=client,
            retry_config={"max_retries": _ATTEMPTS - 1},
        )
    except BaseError as error:
        raise NotAcceptable(
            f"the bucket {bucket} cannot be asked: {_first_line(error)}",
            hint="look at the variables AWS_... and WATERNET_PROXY",
        ) from error


def _first_line(error: Exception) -> str:
    # The rest is how the library itself sees it.
    return str(error).partition("\n")[0]
