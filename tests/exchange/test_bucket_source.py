"""A record in a bucket, read from a store that speaks S3 (moto)."""

import builtins
import json
import logging

import httpx
import obstore
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store
from parties import make_party

from waternet.errors import NotAcceptable, NotFound, NotReached
from waternet.exchange.bucket_source import BucketSource
from waternet.exchange.location import open_sources


@pytest.fixture(scope="module")
def store():
    """Return where a store listens that anybody with a key may use."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def _asking(store, monkeypatch):
    """Tell the store's address and key as its users do, and make an empty bucket."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", store)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "anybody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "anything")
    httpx.put(f"{store}/pool", trust_env=False)


def upload(folder, prefix):
    """Copy a folder into the bucket, as any program for such stores does."""
    options = {"allow_http": True}
    bucket = S3Store("pool", prefix=prefix, client_options=options)
    for path in folder.rglob("*"):
        if path.is_file():
            obstore.put(bucket, str(path.relative_to(folder)), path.read_bytes())


def test_a_record_in_a_bucket_reads_as_its_folder_does(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    upload(party.node.public, "water/upper")
    (source,) = open_sources("s3://pool/water/upper/")
    assert source.name == "s3://pool/water/upper"
    files = [path for path in party.node.public.rglob("*") if path.is_file()]
    paths = [str(path.relative_to(party.node.public)) for path in files]
    assert list(source.read_all(paths)) == [path.read_bytes() for path in files]
    for path, file in zip(paths, files, strict=True):
        whole = file.read_bytes()
        for start in (0, 7, len(whole) - 1, len(whole), len(whole) + 1):
            assert b"".join(source.chunks(path, start)) == whole[start:]


def test_what_is_not_in_the_bucket_is_not_found():
    source = BucketSource("s3://pool/nothing")
    for path in ("checkpoint", "blob/ab/cd"):
        with pytest.raises(NotFound, match=f"no file {path} to be read in s3://pool"):
            source.read(path)
        with pytest.raises(NotFound):
            list(source.chunks(path, 3))
    with pytest.raises(NotFound):
        BucketSource("s3://no-such-bucket").read("checkpoint")


def test_a_file_over_its_limit_is_left_unread(tmp_path):
    (tmp_path / "large").write_bytes(bytes(1000))
    upload(tmp_path, "limits")
    with pytest.raises(NotAcceptable, match="larger than the 999 bytes"):
        BucketSource("s3://pool/limits").read("large", 999)


def test_others_records_are_found_where_they_are_listed(tmp_path):
    (tmp_path / ".well-known").mkdir()
    fields = {"party": "a", "records": [{"party": "b", "path": "mirror/b"}]}
    (tmp_path / ".well-known" / "waternet").write_text(json.dumps(fields))
    upload(tmp_path, "listed")
    own, other = open_sources("s3://pool/listed")
    assert (own.name, other.name) == ("s3://pool/listed", "s3://pool/listed/mirror/b")


def test_a_bucket_that_is_not_for_everybody_is_told_apart(tmp_path, monkeypatch):
    (tmp_path / "checkpoint").write_bytes(b"head")
    upload(tmp_path, "private")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(NotAcceptable, match="Missing SecretAccessKey") as caught:
        BucketSource("s3://pool/private")
    assert "AWS_" in caught.value.hint
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(NotFound, match="403 Forbidden"):
        BucketSource("s3://pool/private").read("checkpoint")


def test_a_store_that_does_not_answer_is_not_reached(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(NotReached, match="s3://pool/x/checkpoint") as caught:
        BucketSource("s3://pool/x").read("checkpoint")
    assert "AWS_ENDPOINT_URL" in caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("location", ["s3://", "s3://A_B", "s3:///x", "s3://a"])
def test_what_names_no_bucket_is_refused(location):
    with pytest.raises(NotAcceptable, match="names no bucket"):
        BucketSource(location)


def test_without_the_package_its_name_is_told(monkeypatch):
    load = builtins.__import__

    def lacking(name, *more):
        if name.startswith("obstore"):
            raise ImportError(name)
        return load(name, *more)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(NotAcceptable) as caught:
        BucketSource("s3://pool")
    assert "waternet[s3]" in caught.value.hint
