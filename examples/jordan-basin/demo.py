"""Three parties, three nodes, one joint bank: the main job, told as a story.

Run ``script/demo``; it leaves a folder ``demo`` with the three nodes to play with.
Every line that begins with ``$`` is a command that you can type yourself. The nodes
talk to one another over HTTP, on this machine alone.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import os
import random
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from alteration import forge, spoil

from waternet.node.folder import open_node

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from telling import DIM, MARGIN, PLAIN, heading, say, waternet

REGION = Path(__file__).resolve().parent
PARTIES = sorted(path.parent.name for path in REGION.glob("*/party.toml"))
RESTRICTED = {  # for this story alone; the sources restrict none of it
    "israel": ("production", "water-production"),
    "jordan": ("transfers", "water-transferred"),
    "palestine": ("climate", "precipitation"),
}
BASIN = (
    "--shows basin --name 'ar=حوض نهر الأردن' --name 'en=Jordan River basin' "
    "--name 'he=אגן נהר הירדן' --licence CC0-1.0 --source 'drawn by hand for this "
    "demonstration: straight lines near the divide, to some five kilometres'"
)
STRESS = "jordan:jordan/water-stress"
LINES, WIDTH = 3, 230  # of an answer over HTTP that are shown


def main() -> None:
    """Tell the story in a fresh folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default="demo", type=Path)
    parser.add_argument(
        "--lot", choices=PARTIES, help="who alters a figure at the end; the same again"
    )
    asked = parser.parse_args()
    began = time.monotonic()
    if asked.folder.exists() and not (asked.folder / ".waternet-demo").exists():
        parser.error(f"{asked.folder} exists and is not a demo; name another folder")
    shutil.rmtree(asked.folder, ignore_errors=True)
    asked.folder.mkdir(parents=True)
    (asked.folder / ".waternet-demo").touch()
    os.chdir(asked.folder)
    os.environ["COLUMNS"] = str(shutil.get_terminal_size((120, 40)).columns - MARGIN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for party in PARTIES:
        shutil.copytree(REGION / party, Path("desk") / party)
    shutil.copyfile(REGION / "basin.geojson", "desk/basin.geojson")
    lots = random.sample(PARTIES, len(PARTIES))
    if asked.lot:
        lots = [asked.lot, *(party for party in PARTIES if party != asked.lot)]
    tell_the_story(*lots)
    say(f"\nTold in {time.monotonic() - began:.0f} seconds.")


def tell_the_story(alters: str, owner: str, asks: str) -> None:
    """Tell it from three empty folders to an alteration found; roles are by lot."""
    restrict(owner)
    publish_first(owner)
    digest = found_registry()
    with served() as addresses:
        exchange(addresses)
        ask_the_bank()
        correct()
        ask_for_restricted(owner, asks, alters)
        ask_by_standards(addresses[owner], owner, asks)
    check_without_node()
    alter(alters, digest)
    offer()


def publish_first(owner: str) -> None:
    """Let each party start a node and publish."""
    heading("1. Each party starts a node of its own and publishes what it has")
    say(
        "Real published figures, compiled by us from the sources named in them; no\n"
        "party named here supplied or signed any of it. For this story alone, keys\n"
        "stay unencrypted (--plain-keys), and one dataset, by lot, is restricted:\n"
        f"'{RESTRICTED[owner][0]}' of {owner}."
    )
    for party in PARTIES:
        waternet(f"init {party} --profile desk/{party}/party.toml --plain-keys", "")
        import_all(party, "first")
        shown = "release:" if party == PARTIES[0] else "release:.*restricted"
        told = waternet(f"publish --node {party}", shown)
        if party != PARTIES[0]:
            say(f"({told.count('release:')} releases)")
    say(
        "The map has no borders and nobody's outlines, but those that a party signs\n"
        "and the viewer chooses, under its name. Here all publish one rough basin:"
    )
    each(f"layer publish desk/basin.geojson basin {BASIN} --node {{0}}", "layer")


def found_registry() -> str:
    """Let the parties found their registry; return the digest that is read aloud."""
    heading("2. They found a registry together: who is a party, with which keys")
    say("Each introduces itself by a file without secrets. One machine drafts:")
    each("registry key --keys safe/{0} --plain-keys --node {0}", "")
    papers = " ".join(f"{party}.introduction" for party in PARTIES)
    draft = waternet(
        f"found {papers} --threshold 2", r"threshold|head counts|root 1|parties 1"
    )
    (digest,) = re.findall("^root 1: (.+)$", draft, re.MULTILINE)
    say(
        "Each sees on its own machine what it signs. The two digests are read aloud;\n"
        "whoever has another one does not sign. No party is above another:"
    )
    each("registry sign registry.draft --keys safe/{0} --yes", "")
    each(f'registry accept registry.draft --digest "{digest}" --node {{0}}', "cards")
    return digest


def exchange(addresses: dict[str, str]) -> None:
    """Let each party tell its address, pull the others' records and cosign them."""
    for party, address in addresses.items():
        words = f"registry addresses {address} --keys safe/{party}"
        shown = "" if party == PARTIES[0] else None
        waternet(f"{words} --node {party}", shown)
    so_do_the_others()
    say(
        "The first pull names the addresses, the next finds them in the registry.\n"
        "Every signature and hash is checked. Who pulls becomes a witness: it cosigns\n"
        "the head (the signed state of a record) that it saw, never two that disagree."
    )
    for party in PARTIES:
        words = " ".join(addresses[other] for other in PARTIES if other != party)
        waternet(f"pull {words} --node {party}")
    for party in PARTIES:
        waternet(f"pull --node {party}", None)


def ask_the_bank() -> None:
    """Ask each node what it holds now."""
    heading("4. Each node now answers from one joint bank")
    first, second, third = PARTIES
    say("A lake found by its name in another language, each owner's name for it:")
    waternet(f"stations طبريا --node {first}")
    say(
        "A level, and who stands behind it. Had too few parties cosigned its release,\n"
        "the line below the figures would end in 'not yet cosigned':"
    )
    waternet(f"observations israel:kinneret/lake-level --from 2024-11 --node {second}")
    say("The three parties' accounts, side by side, never averaged:")
    waternet(f"compare dependency-ratio --from 2017 --node {third}")


def correct() -> None:
    """Let each party publish a real revision."""
    heading("5. A correction: the old figure stays on the record")
    say(
        "AQUASTAT revised its figures between its exports of 2018 and 2021. Each\n"
        "party publishes the revision with its reason, and the others cosign it."
    )
    first, _, third = PARTIES
    before = newest_entry("jordan")
    for party in PARTIES:
        reason = import_all(party, "correction")
        shown = "revise:|cosigned" if party == PARTIES[0] else None
        waternet(f"publish --node {party} --reason {shlex.quote(reason)}", shown)
    so_do_the_others()
    for party in PARTIES:
        waternet(f"pull --node {party}", None)
    say("Jordan's water stress as it stood before, and as it stands now:")
    years = "--from 2007 --to 2018"
    waternet(f"observations {STRESS} {years} --as-of jordan:{before} --node {third}")
    waternet(f"observations {STRESS} {years} --node {third}")
    waternet(f"history {STRESS} 2012 --node {first}")


def ask_for_restricted(owner: str, asks: str, does_not: str) -> None:
    """Let one party ask for restricted figures, and their owner grant them."""
    heading("6. Figures that not everybody may read")
    dataset, quantity = RESTRICTED[owner]
    latest = f"latest --party {owner} --property {quantity} --node"
    say("What a party restricts stands in the catalogue, where to ask for it; no more:")
    waternet(f"catalogue --party {owner} --node {asks}")
    waternet(f"{latest} {asks}")
    say("Who wants to read says why; everybody sees the request, and the answer:")
    purpose = "--purpose 'for the joint model'"
    waternet(f"request {owner} {dataset} {purpose} --node {asks}", "request:")
    request = f"{asks}:{newest_entry(asks)}"
    waternet(f"pull --node {owner}", None)
    grant = f"answer {request} grant --reason 'for the joint model' --node {owner}"
    waternet(grant, "grant|cosigned")
    for party in (asks, does_not):
        waternet(f"pull --node {party}", None)
    waternet(f"{latest} {asks}")
    say("Who did not ask holds and verifies the same record, and cannot read it:")
    waternet(f"{latest} {does_not}")
    for party in PARTIES:
        waternet(f"pull --node {party}", None)


def ask_by_standards(address: str, owner: str, asks: str) -> None:
    """Ask a served node as programs do that never heard of Waternet."""
    heading("7. Programs ask a node by standards that they know, people by pages")
    say("OGC SensorThings: a lake's newest level, and what its datastream is called:")
    get(
        f"{address}sta/v1.1/Observations?$filter=Datastream/Thing/name eq "
        "'Lake Kinneret' and phenomenonTime ge 2024-11-15T00:00:00Z"
        "&$select=phenomenonTime,result&$expand=Datastream($select=name)"
    )
    say("OGC API - EDR: the levels measured near a point, as CSV:")
    get(
        f"{address}edr/collections/joint/position?coords=POINT(35.6 32.8)"
        "&parameter-name=lake-level&datetime=2024-08/..&f=CSV"
    )
    quantity = RESTRICTED[owner][1]
    say(f"The restricted figures of chapter 6, asked for by anybody at {owner}'s node:")
    restricted = (
        f"{address}data/latest?party={owner}&observed_property={quantity}&format=csv"
    )
    get(restricted)
    say(f"The same with a key that {owner} gave to somebody of {asks}:")
    named = f"access add guest --party {asks} --node {owner}"
    (key,) = re.findall(r"^key +(\S+)$", waternet(named, "name|party"), re.MULTILINE)
    get(restricted, key)
    say(
        "People open the same address in a browser. What its first page says of a\n"
        "lake, how it stands against a year earlier and among all years, who signed:"
    )
    for language in ("ar", "en", "he"):
        look(f"{address}now?lang={language}", "israel:kinneret")


def look(address: str, station: str) -> None:
    """Show what a page says of a station, as a browser asks for it."""
    say(f"{DIM}  {address}{PLAIN}")
    page = read(address, {"Accept": "text/html"})
    told = next(one for one in re.findall("(?s)<p.*?</p>", page) if station in one)
    sentence = told.rpartition("<a")[0]  # what follows leads to the chart
    # A terminal isolates by characters what the page isolates by elements.
    for element, sign in (("<bdi[^>]*ltr[^>]*>", "\u2066"), ("<bdi[^>]*>", "\u2068")):
        sentence = re.sub(element, sign, sentence)
    sentence = sentence.replace("</bdi>", "\u2069")
    words = " ".join(html.unescape(re.sub("<[^>]*>", "", sentence)).split())
    say(" " * MARGIN + f"\u2068{words}\u2069")


def check_without_node() -> None:
    """Let somebody who has nothing of ours check one figure."""
    heading("8. A reporter without a node checks the figure")
    say(
        "A proof is one file; the policy is another, with the parties' public keys\n"
        "and how many witnesses make a quorum. Nobody is asked, nothing is online:"
    )
    proof, policy = "water-stress.tlog-proof", "parties.policy"
    waternet(f"prove {STRESS} 2012 -o {proof} --node {PARTIES[-1]}")
    waternet(f"policy -o {policy} --node {PARTIES[0]}", "")
    waternet(f"verify {proof} --policy {policy}")


def alter(lot: str, digest: str) -> None:
    """Let one party rewrite its history with its own keys; the others find it."""
    heading("9. Somebody alters a published figure in silence")
    stick = Path("altered") / lot
    old, new = forge(lot, stick)
    say(
        f"Drawn by lot: {lot}. With its own keys it signs its whole history anew, one\n"
        f"figure changed from {old} to {new} and all else as it was, and hands\n"
        f"it out on a stick (the folder {stick})."
    )
    others = [party for party in PARTIES if party != lot]
    for party in others:
        shown = "FINDING|error|hint" if party == others[-1] else "FINDING"
        waternet(f"pull altered --node {party}", shown, expect=6)
    say(
        f"The others hold what {lot} signed before, so nothing of theirs changed.\n"
        "Both signed heads are kept in one evidence file, which anybody can check:\n"
        f"offline, without a node, with nothing but the card of {lot}:"
    )
    (evidence,) = (Path(others[0]) / "evidence").iterdir()
    waternet(f"verify {evidence} --card {lot}/public/card.json")
    say(
        "If it merely changes the published file, even a newcomer finds out who has\n"
        "nothing but that stick, and the digest from the minutes of chapter 2:"
    )
    spoil(lot, stick)
    waternet("init newcomer --party newcomer --name en=Newcomer --plain-keys", None)
    words = f'registry accept {stick}/registry --digest "{digest}" --node newcomer'
    waternet(words, "cards")
    waternet("pull altered --node newcomer", "new|FINDING|error|hint", expect=6)


def offer() -> None:
    """Say what can be typed in the folders that are left."""
    first, second, third = PARTIES
    heading("The folders are yours to play with")
    say(f"cd {shlex.quote(str(Path.cwd()))}")
    beside = Path(sys.executable).with_name("waternet")
    typed = "waternet" if shutil.which("waternet") else os.path.relpath(beside)
    for line in (
        f"status --node {first}",
        f"verify --node {second}",
        f"datastreams --node {third}",
        f"changes {third} 0 {newest_entry(third)} --node {first}",
        f"registry show --node {second}",
        f"rebuild --node {second}",
        f"export figures.csv --node {third}",
    ):
        say(f"  {typed} {line}")
    say("And for a browser, at http://127.0.0.1:8080/:")
    say(f"  {typed} serve --node {first}")


def restrict(owner: str) -> None:
    """Restrict one dataset of a party: nobody reads it until it is granted."""
    profile = Path("desk") / owner / "party.toml"
    line = f'id = "{RESTRICTED[owner][0]}"\n'
    written = profile.read_text(encoding="utf-8")
    changed = written.replace(line, f'{line}access = "parties"\nparties = []\n', 1)
    profile.write_text(changed, encoding="utf-8")


@contextlib.contextmanager
def served() -> Iterator[dict[str, str]]:
    """Serve each party's record in a process of its own; yields their addresses."""
    heading("3. Each serves its record, and pulls and cosigns the others'")
    serve = [sys.executable, "-m", "waternet.cli.main", "serve", "--port", "0"]
    with contextlib.ExitStack() as stopped_at_the_end:
        processes = {}
        for party in PARTIES:
            processes[party] = stopped_at_the_end.enter_context(
                subprocess.Popen(
                    [*serve, "--node", party],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            stopped_at_the_end.callback(processes[party].terminate)
        addresses = {}
        for party, process in processes.items():
            said = process.stdout.readline()
            found = re.search(r"http://127.0.0.1:(\d+)/", said)
            if not found:
                stop_unserved(party, process.communicate()[1].strip())
            try:
                socket.create_connection(("127.0.0.1", int(found[1])), 5).close()
            except OSError as error:
                stop_unserved(party, str(error))
            addresses[party] = found[0]
            say(f"{DIM}$ waternet serve --port 0 --node {party}{PLAIN}")
            say(" " * MARGIN + said.strip())
        yield addresses


def stop_unserved(party: str, reason: str) -> NoReturn:
    """Stop the story where nothing can be served."""
    sys.exit(
        f"error: the record of {party} cannot be served on this machine: {reason}\n"
        "hint: the demo listens at free ports of 127.0.0.1, and connects to them; "
        "allow both"
    )


def import_all(party: str, after: str) -> str:
    """Import a party's files of one stage; return the reason that they state."""
    desk = Path("desk") / party
    profile = tomllib.loads((desk / "party.toml").read_text(encoding="utf-8"))
    reason, shown = "", 0
    if after == "first":
        waternet(f"import {desk / profile['places']} --node {party}", None)
    for one in profile["imports"]:
        if one["after"] != after:
            continue
        reason = one.get("reason", reason)
        words = f"import {desk / one['file']} --recipe {desk / one['recipe']}"
        words += f" --title {shlex.quote(one['title'])}"
        words += f" --source {shlex.quote(one['source'])} --node {party}"
        first = party == PARTIES[0] and after == "first" and not shown
        waternet(words, "observ|reject" if first else None)
        shown += 1
    if after == "first":
        more = f"{shown - 1} more" if party == PARTIES[0] else f"{shown}"
        say(f"(and {more} files in the same way, each with its own recipe)")
    return reason


def newest_entry(party: str) -> int:
    """Return the number of the party's last entry."""
    return open_node([Path(party)]).state.head(party).size - 1


def each(words: str, shown: str) -> None:
    """Run a command for each party, and show it for the first."""
    for party in PARTIES:
        waternet(words.format(party), shown if party == PARTIES[0] else None)
    so_do_the_others()


def so_do_the_others() -> None:
    """Say that the command shown was given for all parties."""
    say(f"(and so {' and '.join(PARTIES[1:])})")


def get(address: str, key: str = "") -> None:
    """Ask an address as curl would, and show the beginning of the answer."""
    header = f' -H "Authorization: Bearer {key[:8]}..."' if key else ""
    address = urllib.parse.quote(address, safe=":/?&=$(),")
    say(f"{DIM}$ curl '{address}'{header}{PLAIN}")
    lines = read(
        address, {"Authorization": f"Bearer {key}"} if key else {}
    ).splitlines()
    for line in lines[:LINES]:
        cut = line if len(line) <= WIDTH else f"{line[:WIDTH]}..."
        say(" " * MARGIN + cut)
    if len(lines) > LINES:
        say(" " * MARGIN + f"({len(lines) - LINES} lines more)")


def read(address: str, headers: dict[str, str]) -> str:
    """Return what an address answers."""
    # Without what the surroundings say of proxies: the node is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(address, headers=headers)
    with opener.open(asked, timeout=60) as answer:
        return str(answer.read().decode())


if __name__ == "__main__":
    main()
