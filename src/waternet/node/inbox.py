"""Files that came to the Desk and are not imported yet, with what was said of them.

Each lies in a folder of its own below ``inbox/``, which only the node's user may read,
under the name that its sender gave it. Nothing here is signed, or in the bank; what is
lost is sent again. One process at a time works on a file.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.node.durable import write_durably
from waternet.node.editing import composed, moment_now
from waternet.node.folder import Node
from waternet.node.importing import Report, import_file
from waternet.node.proposing import plain_proposal, propose_bounded
from waternet.node.recipes import keep_recipe, recipe_path

__all__ = [
    "MOST_WAITING",
    "Arrived",
    "drop_arrived",
    "get_arrived",
    "import_arrived",
    "keep_failure",
    "list_arrived",
    "receive_file",
    "say_of_arrived",
    "understand_arrived",
]

MOST_WAITING = 20
_SMALL = 8 << 20  # bytes of plain text that are read in this process
_NUMBER = re.compile(r"[0-9a-f]{16}")
_ABOUT, _STATE = "about.json", "state.json"
_MOST_HANDS = 20
_DAY = 86_400  # s
_LONGEST = 1_000  # characters of what is said


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that came and is not imported yet.

    Attributes
    ----------
    folder : Path
    name : str
        As its sender named it.
    sender, received : str
        Who sent it, and when.
    size : int [byte]
    sha256 : str
    dataset, title, source : str
        What was said of it; '' where nothing was.
    recipe : str
        Of those that the node keeps; '' to have one proposed.
    answers : mapping of str to str
        To the questions of a proposal.
    hands : sequence of str
        Who else said something of it.
    state : mapping
        What came of working on it: 'proposal', as `plain_proposal` has it; 'error'
        and 'hint'; 'imported', the name of the import that it became. {} where nobody
        worked on it yet.
    """

    folder: Path
    name: str
    sender: str
    received: str
    size: int
    sha256: str
    dataset: str = ""
    title: str = ""
    source: str = ""
    recipe: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    hands: Sequence[str] = ()
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """By which it is asked for."""
        return self.folder.name

    @property
    def file(self) -> Path:
        """The file itself."""
        return self.folder / "file" / self.name

    @property
    def imported(self) -> str:
        """The name of the import that it became; '' while it waits."""
        return str(self.state.get("imported", ""))

    @property
    def is_worked_on(self) -> bool:
        """Whether some process reads it just now."""
        try:
            with _held(self.folder):
                return False
        except Conflict:
            return True
        except NotFound:
            return False


def receive_file(
    node: Node, name: str, write: Callable[[Path], object], sender: str
) -> Arrived:
    """Take a file in.

    Parameters
    ----------
    node : Node
    name : str
        A plain file's name, without a folder.
    write : function of Path
        Writes it there.
    sender : str

    Raises
    ------
    Conflict
        Too many files wait already.
    NotAcceptable
        The file is empty.
    """
    inbox = _inbox(node)
    inbox.mkdir(mode=0o700, exist_ok=True)
    _sweep(inbox)
    if len(list_arrived(node)) >= MOST_WAITING:
        raise Conflict(
            f"{MOST_WAITING} files wait already to be understood",
            hint="import or drop some of them, then send this one again",
        )
    number = secrets.token_hex(8)
    unfinished = inbox / f"unfinished-{number}"
    (unfinished / "file").mkdir(parents=True, mode=0o700)
    try:
        file = unfinished / "file" / name
        write(file)
        arrived = _arrived(file, sender)
        _write(arrived)
        unfinished.rename(inbox / number)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return replace(arrived, folder=inbox / number)


def list_arrived(node: Node) -> list[Arrived]:
    """Return the files that wait, oldest first."""
    found = [one for one in _all_in(_inbox(node)) if not one.imported]
    return sorted(found, key=lambda one: (one.received, one.number))


def get_arrived(node: Node, number: str) -> Arrived:
    """Return the file of that number.

    Raises
    ------
    NotFound
        None came, or it was dropped meanwhile, or imported long ago.
    """
    found = None
    if _NUMBER.fullmatch(number):
        found = _read(_inbox(node) / number)
    if found is None:
        raise NotFound(
            f"no file {number[:40]!r} waits here",
            hint="it was imported or dropped; the Desk lists what waits",
        )
    return found


def say_of_arrived(
    node: Node, number: str, said: Mapping[str, Any], who: str
) -> Arrived:
    """Keep what somebody says of a file; what came of it before is forgotten.

    Parameters
    ----------
    node : Node
    number : str
    said : mapping
        'dataset', 'title', 'source', 'recipe', 'answers': those that are stated.
    who : str
        Says so.

    Raises
    ------
    NotFound
        There is no such file, or no such recipe.
    NotAcceptable
        It is too long.
    Conflict
        Somebody works on it just now.
    """
    arrived = get_arrived(node, number)
    texts = [text for text in said.values() if isinstance(text, str)]
    texts += [text for pair in said.get("answers", {}).items() for text in pair]
    if any(len(text) > _LONGEST for text in texts):
        raise NotAcceptable(f"expected at most {_LONGEST:,} letters in one field")
    if said.get("recipe"):
        recipe_path(node, said["recipe"])
    with _held(arrived.folder):
        hands = list(dict.fromkeys((*arrived.hands, who)))[-_MOST_HANDS:]
        changed = replace(arrived, **said, hands=hands, state={})
        _write(changed)
        return changed


def understand_arrived(arrived: Arrived) -> Arrived:
    """Propose how a file is to be read, and keep the proposal beside it.

    Raises
    ------
    NotAcceptable
        It cannot be understood; that is kept, too.
    Conflict
        Somebody works on it just now.
    """
    with _held(arrived.folder):
        arrived = _as_it_is(arrived)
        apart = arrived.size > _SMALL
        proposal = propose_bounded(
            arrived.file, arrived.answers, arrived.dataset, apart=apart
        )
        return _in_state(arrived, {"proposal": plain_proposal(proposal)})


def import_arrived(
    node: Node, arrived: Arrived, who: str, *, keep_as: str = ""
) -> Report:
    """Import a file as its recipe says: a kept one, or that of its proposal.

    Parameters
    ----------
    node : Node
        Held for writing.
    arrived : Arrived
    who : str
        Imports it.
    keep_as : str
        A name under which the node keeps the proposed recipe; '' to keep it not.

    Raises
    ------
    NotAcceptable
        As `import_file`; or a question of the proposal is open.
    Conflict
        Somebody works on it just now.
    """
    with _held(arrived.folder):
        arrived = _as_it_is(arrived)
        if arrived.imported:
            raise Conflict(f"{arrived.name} is imported already: {arrived.imported}")
        recipe = _recipe_of(node, arrived, keep_as)
        report = import_file(
            node,
            arrived.file,
            recipe,
            apart=arrived.size > _SMALL,
            dataset=arrived.dataset,
            title=arrived.title,
            source=arrived.source,
            hands=list(dict.fromkeys((arrived.sender, *arrived.hands, who))),
        )
        # What is left tells for a day which import it became.
        shutil.rmtree(arrived.folder / "file")
        _in_state(arrived, {"imported": report.pending})
        return report


def keep_failure(arrived: Arrived, message: str, hint: str) -> Arrived:
    """Keep why a file could not be understood or imported, unless it was meanwhile.

    Raises
    ------
    NotFound
        It was dropped.
    Conflict
        Somebody works on it just now: what comes of that is kept.
    """
    with _held(arrived.folder):
        arrived = _as_it_is(arrived)
        if arrived.imported:
            return arrived
        return _in_state(arrived, {**arrived.state, "error": message, "hint": hint})


def drop_arrived(node: Node, number: str) -> None:
    """Drop a file that waits.

    Raises
    ------
    NotFound
        There is none of that number.
    Conflict
        Somebody works on it just now.
    """
    arrived = get_arrived(node, number)
    with _held(arrived.folder):
        shutil.rmtree(arrived.folder)


def _arrived(file: Path, sender: str) -> Arrived:
    size = file.stat().st_size
    if not size:
        raise NotAcceptable(f"{file.name} is empty", hint="choose the file again")
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    folder = file.parent.parent
    return Arrived(folder, file.name, sender, moment_now(), size, digest)


def _recipe_of(node: Node, arrived: Arrived, keep_as: str) -> Path:
    if arrived.recipe:
        return recipe_path(node, arrived.recipe)
    proposal = arrived.state.get("proposal")
    if proposal is None or proposal["open"]:
        asked = ", ".join(proposal["open"]) if proposal else "what it holds"
        raise NotAcceptable(
            f"{arrived.name}: not answered yet: {asked}",
            hint="answer the questions, or choose a recipe",
        )
    text = proposal["toml"].encode()
    if keep_as:
        keep_recipe(node, keep_as, text)
        return recipe_path(node, keep_as)
    path = arrived.folder / "recipe.toml"
    path.write_bytes(text)
    return path


def _in_state(arrived: Arrived, state: Mapping[str, Any]) -> Arrived:
    write_durably(arrived.folder / _STATE, json.dumps(dict(state)).encode())
    return replace(arrived, state=state)


def _write(arrived: Arrived) -> None:
    told = asdict(arrived)
    for name in ("folder", "state"):
        del told[name]
    told = {
        name: composed(value) if isinstance(value, str) else value
        for name, value in told.items()
    }
    told["name"] = arrived.name
    (arrived.folder / _STATE).unlink(missing_ok=True)
    write_durably(arrived.folder / _ABOUT, json.dumps(told).encode())


def _read(folder: Path) -> Arrived | None:
    """Return what lies in a folder; None where it is no more, or not whole."""
    try:
        about = json.loads((folder / _ABOUT).read_bytes())
        found = Arrived(folder=folder, **{**about, "hands": tuple(about["hands"])})
        state = folder / _STATE
        if not state.exists():
            return found
        return replace(found, state=json.loads(state.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _as_it_is(arrived: Arrived) -> Arrived:
    """Return a file that is held as it lies here by now, whoever wrote meanwhile."""
    found = _read(arrived.folder)
    if found is None:
        raise NotFound("the file was imported or dropped meanwhile")
    return found


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a file for working on it: one process, and one thread, at a time."""
    try:
        lock = (folder / "lock").open("w")
    except FileNotFoundError as error:
        raise NotFound("the file was imported or dropped meanwhile") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "this file is being read just now", hint="wait until it is done"
            ) from error
        yield


def _all_in(inbox: Path) -> Iterator[Arrived]:
    for folder in inbox.glob("*"):
        if _NUMBER.fullmatch(folder.name) and (one := _read(folder)) is not None:
            yield one


def _sweep(inbox: Path) -> None:
    """Drop what was imported long ago, and what was left in part."""
    long_ago = time.time() - _DAY
    imported = [one.folder for one in _all_in(inbox) if one.imported]
    for folder in (*imported, *inbox.glob("unfinished-*")):
        try:
            if folder.stat().st_mtime < long_ago:
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            continue  # another process was first


def _inbox(node: Node) -> Path:
    return node.folder / "inbox"
