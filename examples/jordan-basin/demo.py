"""Three parties, three nodes, one joint bank: the main job, told as a story.

Run ``script/demo``; it leaves a folder ``demo`` with the three nodes to play with.
Every line that begins with ``$`` is a command that you can type yourself.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import shlex
import shutil
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from waternet.cli.main import run
from waternet.exchange.walk import read_entries
from waternet.node.folder import Node, open_node
from waternet.node.intake import seen_head
from waternet.node.log import append_entries, stage_blobs
from waternet.node.publish import read_keys
from waternet.observation.table import SCHEMA
from waternet.record.blob import blob_path, read_observations, write_observations
from waternet.record.entry import Reference, sign_entry

REGION = Path(__file__).resolve().parent
PARTIES = sorted(path.parent.name for path in REGION.glob("*/party.toml"))
BOLD, DIM, PLAIN = (
    ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("",) * 3
)


def main() -> None:
    """Tell the story in a fresh folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default="demo", type=Path)
    parser.add_argument("--lot", choices=PARTIES, help="who alters a figure at the end")
    asked = parser.parse_args()
    began = time.monotonic()
    if asked.folder.exists() and not (asked.folder / ".waternet-demo").exists():
        parser.error(f"{asked.folder} exists and is not a demo; name another folder")
    shutil.rmtree(asked.folder, ignore_errors=True)
    asked.folder.mkdir(parents=True)
    (asked.folder / ".waternet-demo").touch()
    os.chdir(asked.folder)
    for party in PARTIES:
        shutil.copytree(REGION / party, Path("desk") / party)
    tell_the_story(asked.lot or random.choice(PARTIES))
    say(f"\nTold in {time.monotonic() - began:.0f} seconds.")


def tell_the_story(lot: str) -> None:
    """Tell it from three empty folders to an alteration found."""
    heading("1. Each party starts a node of its own and publishes what it has")
    say(
        "Real published figures, compiled by us from the sources named in them; no\n"
        "party named here supplied or signed any of it. Keys stay unencrypted in this\n"
        "demo only (--plain-keys)."
    )
    for party in PARTIES:
        waternet(f"init {party} --profile desk/{party}/party.toml --plain-keys")
        import_all(party, "first")
        waternet(f"publish --node {party}")
    heading("2. They exchange cards by hand, and pull each other's records")
    say("On a disk, a stick or a mounted folder; every signature and hash is checked.")
    for party in PARTIES:
        for other in PARTIES:
            if other != party:
                waternet(f"follow {other}/public/card.json --node {party}", quiet=True)
        waternet(f"pull . --node {party}")
    heading("3. Each node now answers from one joint bank")
    first, second, third = (PARTIES * 3)[:3]
    say("A lake found by its name in another language, each owner's name for it:")
    waternet(f"stations طبريا --node {first}")
    say("A level, and who stands behind it:")
    waternet(f"observations israel:kinneret/lake-level --from 2024-09 --node {second}")
    waternet(f"history israel:kinneret/lake-level 2024-12-01 --node {second}")
    say("The three parties' accounts, side by side, never averaged:")
    waternet(f"compare dependency-ratio --from 2007 --node {third}")
    waternet(f"compare population --node {third}")
    heading("4. A correction: the old figure stays on the record")
    say(
        "AQUASTAT revised its figures between its exports of 2018 and 2021. Each\n"
        "party publishes the revision, with its reason; nothing is overwritten."
    )
    before = {party: newest_release(party) for party in PARTIES}
    for party in PARTIES:
        reason = import_all(party, "correction")
        waternet(f"publish --node {party} --reason {shlex.quote(reason)}")
    for party in PARTIES:
        waternet(f"pull . --node {party}", quiet=True)
    say("Jordan's water stress as it stood before, and as it stands now:")
    address = "jordan:jordan/water-stress"
    past = f"jordan:{before['jordan']}"
    waternet(f"observations {address} --as-of {past} --node {third}")
    waternet(f"observations {address} --node {third}")
    waternet(f"history {address} 2012 --node {first}")
    heading("5. A reporter without a node checks the figure")
    say(
        "A proof is one file, and the policy another: which logs and witnesses there\n"
        "are. By pulling, each party became a witness of what it saw."
    )
    proof = "water-stress.tlog-proof"
    waternet(f"prove {address} 2012 -o {proof} --node {third}")
    waternet(f"policy -o parties.policy --node {first}", quiet=True)
    waternet(f"verify {proof} --policy parties.policy")
    heading("6. Somebody alters a published figure in silence")
    alter(lot)
    heading("The folders are yours to play with")
    say(f"cd {shlex.quote(str(Path.cwd()))}")
    beside = Path(sys.executable).with_name("waternet")
    typed = "waternet" if shutil.which("waternet") else os.path.relpath(beside)
    for line in (
        f"status --node {first}",
        f"verify --node {second}",
        f"datastreams --node {third}",
        f"changes {PARTIES[-1]} 0 {newest_release(PARTIES[-1])} --node {first}",
        f"rebuild --node {second}",
        f"export figures.csv --node {third}",
    ):
        say(f"  {typed} {line}")


def alter(lot: str) -> None:
    """Let one party rewrite its history with its own keys; the others find it."""
    stick = Path("altered") / lot
    old, new = forge(lot, stick)
    say(
        f"Drawn by lot: {lot}. With its own keys it signs its whole history anew, one\n"
        f"figure changed from {old} to {new} and all else as it was, and hands it out\n"
        f"on a stick (the folder {stick})."
    )
    others = [party for party in PARTIES if party != lot]
    for party in others:
        waternet(f"pull altered --node {party}", expect=6)
    say(
        f"The others hold what {lot} signed before, so nothing of theirs changed.\n"
        "Both signed heads are kept in one evidence file, which anybody can check:\n"
        f"offline, without a node, with nothing but the card of {lot}:"
    )
    (evidence,) = (Path(others[0]) / "evidence").iterdir()
    waternet(f"verify {evidence} --card {lot}/public/card.json")
    say(
        "\nIf it merely changes the published file, even a newcomer who never saw the\n"
        "honest one finds out:"
    )
    spoil(lot, stick)
    waternet(
        "init newcomer --party newcomer --name en=Newcomer --plain-keys", silent=True
    )
    waternet(f"follow {lot}/public/card.json --node newcomer")
    waternet("pull altered --node newcomer", expect=6)


def forge(lot: str, stick: Path) -> tuple[float, float]:
    """Sign the party's history anew with one figure changed; return old and new."""
    honest = open_node([Path(lot)])
    forged = Node(Path("altered") / "forge", honest.profile)
    shutil.copytree(honest.folder / "keys", forged.folder / "keys")
    shutil.copytree(honest.public / "blob", forged.public / "blob")
    shutil.copy(honest.public / "card.json", forged.public / "card.json")
    keys, card = read_keys(honest, ""), honest.cards()[lot]
    blobs, changed, entries = stage_blobs(forged), (0.0, 0.0), []
    for one in read_entries(card, seen_head(honest, lot), 0):
        entries.append(one.signed)
        if one.entry.kind == "release" and not changed[0]:
            reference = one.entry.references()["observations"]
            table = read_observations(
                honest.public / blob_path(reference.sha256), reference
            )
            values = table["value"].to_pylist()
            changed = (values[0], round(values[0] * 1.2, 4))
            values[0] = changed[1]
            place = table.schema.get_field_index("value")
            table = table.set_column(place, "value", pa.array(values))
            written = write_blob(table.cast(SCHEMA), blobs)
            body = {**one.entry.body, "observations": written.to_json("rows")}
            entries[-1] = sign_entry(replace(one.entry, body=body), keys.steward)
    append_entries(forged, entries, keys.log)
    shutil.move(forged.public, stick)
    shutil.rmtree(forged.folder)
    return changed


def write_blob(table: pa.Table, blobs: Path) -> Reference:
    """Write figures as a blob named by its hash."""
    with (blobs / "unnamed").open("wb") as sink:
        reference = write_observations(table, sink)
    (blobs / "unnamed").rename(blobs / reference.sha256)
    return reference


def spoil(lot: str, stick: Path) -> None:
    """Replace the stick by the honest record with one byte of one figure changed."""
    shutil.rmtree(stick)
    shutil.copytree(Path(lot) / "public", stick)
    honest = open_node([Path(lot)])
    figures = next(
        one.entry.references()["observations"]
        for one in read_entries(honest.cards()[lot], seen_head(honest, lot), 0)
        if one.entry.kind == "release"
    )
    blob = stick / blob_path(figures.sha256)
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.write_bytes(content)


def import_all(party: str, after: str) -> str:
    """Import a party's files of one stage; return the reason that they state."""
    desk = Path("desk") / party
    profile = tomllib.loads((desk / "party.toml").read_text(encoding="utf-8"))
    reason, shown = "", 0
    if after == "first":
        waternet(f"import {desk / profile['places']} --node {party}", silent=True)
    for one in profile["imports"]:
        if one["after"] != after:
            continue
        reason = one.get("reason", reason)
        words = f"import {desk / one['file']} --recipe {desk / one['recipe']}"
        words += f" --title {shlex.quote(one['title'])}"
        words += f" --source {shlex.quote(one['source'])} --node {party}"
        waternet(words, silent=shown > 0)
        shown += 1
    if shown > 1:
        say(f"(and {shown - 1} more files, each with its own recipe)")
    return reason


def newest_release(party: str) -> int:
    """Return the number of the party's last entry."""
    return open_node([Path(party)]).state.head(party).size - 1


def waternet(
    words: str, *, quiet: bool = False, silent: bool = False, expect: int = 0
) -> None:
    """Run a command as if it had been typed; stop the story if it goes wrong.

    Parameters
    ----------
    words : str
    quiet, silent : bool
        Show the command without its answer, or neither.
    expect : int
        The exit code that belongs to the story.
    """
    if not silent:
        say(f"{DIM}$ waternet {words}{PLAIN}")
    answer = io.StringIO()
    os.environ["COLUMNS"] = "120"
    with contextlib.redirect_stdout(answer), contextlib.redirect_stderr(answer):
        code = run(shlex.split(words))
    if code != expect:
        sys.exit(f"{answer.getvalue()}\n'waternet {words}' ended with {code}")
    if not (quiet or silent):
        lines = [line.rstrip() for line in answer.getvalue().splitlines()]
        say("\n".join(f"  {line}" for line in lines if line))


def heading(text: str) -> None:
    """Begin a chapter."""
    say(f"\n{BOLD}{text}{PLAIN}\n{BOLD}{'-' * len(text)}{PLAIN}")


def say(text: str) -> None:
    """Print, in order with what the commands print."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
