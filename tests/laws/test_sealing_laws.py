"""Laws of sealed blobs: they open as they were, and altered not at all."""

import io
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.errors import NotAcceptable
from waternet.record.sealing import generate_release_key, seal, unseal


def _flip(content: bytes, bit: int) -> bytes:
    altered = bytearray(content)
    altered[bit // 8 % len(content)] ^= 1 << bit % 8
    return bytes(altered)


@settings(max_examples=40)
@given(st.binary(max_size=200_000), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_sealed_blob_opens_as_it_was_and_altered_not_at_all(content, bit, cut):
    key = generate_release_key()
    with TemporaryDirectory() as folder:
        path, sink = Path(folder, "sealed"), io.BytesIO()
        with path.open("wb") as file:
            reference = seal(content, file, key, count=1)
        assert unseal(path, reference, key, sink).sha256 == sha256(content).hexdigest()
        assert sink.getvalue() == content
        whole = path.read_bytes()
        for altered in (_flip(whole, bit), whole[: cut % len(whole)]):
            path.write_bytes(altered)
            with pytest.raises(NotAcceptable):
                unseal(path, reference, key, io.BytesIO())
