"""One bit flipped in any stored file, or its end cut off: named, or without effect."""

import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.act import act
from faults.scenes import World, answers, state
from parties import quiet

from waternet.errors import NotAcceptable, NotAllowed, WaternetError
from waternet.node.folder import Node, open_node
from waternet.node.intake import rebuild_bank
from waternet.node.keys import read_key, write_key
from waternet.node.recovery import recover_node
from waternet.node.verification import verify_node
from waternet.record.note import generate_signer

FLIPS, CUTS = 12, 3
RECORD = (
    "checkpoint",
    "card.json",
    "tile/0/000.p/*",
    "tile/entries/000.p/*",
    "blob/*/*",  # places, datastreams and observations
)
BANK = (
    "bank/seal.json",
    "bank/catalogue.sqlite",
    "bank/obs/_delta_log/*.json",
    "bank/obs/bucket=*/*.parquet",
)
KINDS = [
    *(("jordan", f"public/{kind}") for kind in RECORD),
    *(("israel", f"mirror/jordan/{kind}") for kind in RECORD),
    ("jordan", "keys/*.key"),
    ("israel", "cards/*.json"),
    ("jordan", "node.toml"),
    ("jordan", "state.sqlite"),
    ("israel", "state.sqlite"),
    *(("jordan", kind) for kind in BANK),
    ("jordan", "pending/*/import.json"),
    ("jordan", "pending/*/observations.parquet"),
    ("jordan", "pending/*/edits.jsonl"),
    ("jordan", "pending/*/rules.jsonl"),
]


@pytest.fixture(scope="module")
def whole(prepared: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return the parties with the mirror full; each test leaves them as they were."""
    world = prepared.copy(tmp_path_factory.mktemp("whole") / "world")
    world.scene("pull").again()
    return world


def _damages(content: bytes, seed: str) -> Iterator[bytes]:
    """Yield the content with one bit flipped here and there, then cut short."""
    chosen = random.Random(seed)
    for _ in range(FLIPS):
        at = chosen.randrange(len(content))
        bit = 1 << chosen.randrange(8)
        yield content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]
    for _ in range(CUTS):
        yield content[: chosen.randrange(len(content))]
    yield b""


def _newest(folder: Path, pattern: str) -> list[Path]:
    """Return the files of that kind; of a partial tile only the one in use."""
    found = sorted(folder.glob(pattern), key=lambda path: (len(path.name), path.name))
    if not found:
        raise FileNotFoundError(pattern)
    return found[-1:] if ".p/" in pattern else found[-4:]


def _blobs(folder: Path) -> list[Path]:
    """Return a file of places, one of datastreams and one of observations."""
    kinds = {}
    for path in sorted(folder.glob("*/*")):
        content = path.read_bytes()
        kind = b"PAR1" if content.startswith(b"PAR1") else b"names" in content
        kinds[kind] = path
    assert len(kinds) == 3
    return list(kinds.values())


def _is_named(folder: Path) -> bool:
    """Return whether checking the node, as an operator would, names something."""
    try:
        return bool(verify_node(open_node([folder]), quiet).findings)
    except WaternetError:
        return True


@pytest.mark.parametrize(("party", "kind"), KINDS)
def test_damage_is_named_or_changes_no_answer(
    whole, undisturbed, tmp_path, party, kind
):
    folder = whole.folder / party
    before = answers(open_node([folder]))
    blobs = kind.removesuffix("/*/*")
    files = _blobs(folder / blobs) if blobs != kind else _newest(folder, kind)
    named = 0
    for number, damaged in enumerate(
        (path, content)
        for path in files
        for content in _damages(path.read_bytes(), f"{kind} {path.name[:4]}")
    ):
        path, content = damaged
        right = path.read_bytes()
        path.write_bytes(content)
        if _is_named(folder):
            named += 1
        else:
            assert answers(open_node([folder])) == before, content
            _verify_publication(whole, undisturbed, tmp_path / str(number))
        path.write_bytes(right)
    assert named
    assert not _is_named(folder)


def test_a_flipped_bit_in_an_encrypted_key_is_named(tmp_path):
    path = tmp_path / "steward.key"
    write_key(path, generate_signer("waternet/jordan/steward"), "a passphrase")
    right = path.read_bytes()
    for content in list(_damages(right, "steward.key"))[-5:-2]:
        path.write_bytes(content)
        with pytest.raises((NotAllowed, NotAcceptable), match=r"steward\.key"):
            read_key(path, "a passphrase")


def _verify_publication(whole: World, undisturbed: dict, folder: Path) -> None:
    """Verify that what is published now is what was imported, or nothing."""
    copy = whole.copy(folder)
    try:
        act(open_node([copy.folder / "jordan"]), "publish")
    except WaternetError:
        return
    node = open_node([copy.folder / "jordan"])
    assert state(node) == undisturbed["publish"]


def _rebuild(world: World, party: str) -> None:
    node = world.node(party)
    recover_node(node)
    rebuild_bank(node, quiet)


def _forget_state(world: World, party: str) -> None:
    (world.folder / party / "state.sqlite").unlink(missing_ok=True)
    recover_node(world.node(party))


def _pull_whole(world: World, party: str) -> None:
    from waternet.node.follow import pull_folder

    source = world.folder / "finished" / "public"
    pulled = pull_folder(world.node(party), source, quiet, whole=True)
    assert pulled.findings == []


CURES = [
    *(("jordan", kind, _rebuild) for kind in BANK),
    ("jordan", "state.sqlite", _forget_state),
    ("israel", "state.sqlite", _forget_state),
    *(
        ("israel", f"mirror/jordan/{kind}", _pull_whole)
        for kind in RECORD
        if kind != "card.json"
    ),
]


@pytest.mark.parametrize(("party", "kind", "cure"), CURES)
def test_the_named_next_step_makes_it_whole(whole, tmp_path, party, kind, cure):
    world = whole.copy(tmp_path / "world")
    node = world.node(party)
    right = state(node)
    path = _newest(node.folder, kind)[-1]
    for content in (path.read_bytes()[: path.stat().st_size // 2], None):
        if content is None:
            path = _newest(node.folder, kind)[-1]
            path.unlink()
        else:
            path.write_bytes(content)
        assert _is_named(node.folder) or kind.endswith("seal.json")
        cure(world, party)
        assert state(node) == right


def _figures(node: Node) -> list[dict[str, object]]:
    return [
        {name: row[name] for name in row if name != "release"}
        for row in answers(node)["observations"]
    ]


@pytest.mark.parametrize("step", ["log.staged", "log.committed"])
@pytest.mark.parametrize("kind", ["entries", "blobs/*"])
def test_damage_in_the_staging_is_dropped_or_named(
    prepared, undisturbed, tmp_path, step, kind
):
    figures = [
        {name: row[name] for name in row if name != "release"}
        for row in undisturbed["publish"]["answers"]["observations"]
    ]
    stopped = prepared.copy(tmp_path / "stopped")
    scene = stopped.scene("publish")
    code, said = scene.run(WATERNET_FAILPOINT=step)
    assert code == -signal.SIGKILL, said
    for path in (scene.node.staging).glob(kind):
        damages = list(_damages(path.read_bytes(), kind))
        for content in (damages[0], damages[-2], damages[-1]):
            world = stopped.copy(tmp_path / "world")
            (world.folder / path.relative_to(stopped.folder)).write_bytes(content)
            told = ""
            try:
                world.scene("publish").again()
            except WaternetError as error:
                told = str(error)
            node = world.node("jordan")
            if told or _is_named(node.folder):
                assert step == "log.committed"
            else:
                # What was damaged has been published anew, in entries of its own.
                assert _figures(node) == figures
            shutil.rmtree(world.folder)
