"""The commands about the delivery schedule, as they are typed."""

import re
from pathlib import Path

from parties import make_party

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"

TEXT = """
name = "basin"
version = "1"

[[delivery]]
custodian = "jordan"
dataset = "levels"
every = "P1M"
step = "P1M"
due = "P10D"
from = "2015-01-01"
zone = "+02:00"
"""


def fields_on_the_page(command):
    """Return every name that the reference gives in a command's section."""
    page = REFERENCE.read_text().split(f"### `waternet {command}`")[1]
    fields = page.split("\n### ")[0].split("Fields: ")[1]
    return re.findall(r"`([a-z_]+)`", re.sub(r"\([^)]*\)", "", fields))


def test_a_schedule_is_proposed_shown_and_agreed(tmp_path, typed):
    jordan, israel = make_party(tmp_path), make_party(tmp_path, "israel")
    ours, theirs = jordan.node.folder, israel.node.folder
    file = tmp_path / "basin.toml"
    file.write_text(TEXT)
    assert (
        typed("schedule", "show", node=ours).out == "nobody has proposed a schedule\n"
    )
    for one, other in ((ours, theirs), (theirs, ours)):
        typed("follow", other / "public" / "card.json", node=one)
    done = typed("schedule", "propose", file, "--title", "Basin", "--json", node=ours)
    told = done.json()
    assert (told["agreed_by"], told["not_yet"]) == (["jordan"], ["israel"])
    typed("pull", ours / "public", node=theirs)
    shown = typed("schedule", "show").out
    assert "no schedule stands" in shown
    assert "  + jordan:levels every P1M in steps of P1M, due P10D after its" in shown
    assert typed("schedule", "agree").code == 0
    typed("pull", theirs / "public", node=ours)
    shown = typed("schedule", "show", "--json").json()
    (schedule,) = shown["schedules"]
    assert shown["stands"] == schedule["sha256"] == told["sha256"]
    assert (schedule["stands"], schedule["not_yet"]) == (True, [])
    assert schedule["lines"][0]["due"] == "P10D"
    again = typed("schedule", "agree")
    assert (again.code, "no proposal is open" in again.err) == (4, True)


def test_a_file_that_is_no_schedule_is_refused_with_the_next_step(tmp_path, typed):
    party = make_party(tmp_path)
    file = tmp_path / "basin.toml"
    file.write_text(TEXT.replace("P1M", "PT1H"))
    done = typed("schedule", "propose", file, node=party.node.folder)
    assert (done.code, "line 1" in done.err, "hint:" in done.err) == (3, True, True)


def test_periods_are_written_for_programs(tmp_path, typed):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    file = tmp_path / "basin.toml"
    file.write_text(TEXT + 'until = "2015-04-30"\n')
    node = party.node.folder
    refused = typed("schedule", "deliveries", node=node)
    assert (refused.code, "no delivery schedule stands" in refused.err) == (8, True)
    typed("schedule", "propose", file)
    rows = typed("schedule", "deliveries", "--json").json()
    # Figures of 1 January, 1 February and 1 March 2015; nothing in April.
    assert [one["state"] for one in rows] == ["delivered"] * 3 + ["late"]
    assert set(rows[0]) == set(fields_on_the_page("schedule deliveries"))
    typed("schedule", "deliveries", "-o", tmp_path / "kept.csv")
    head = (tmp_path / "kept.csv").read_text().splitlines()[0]
    assert "hours_late" in head
    assert "late" in typed("schedule", "deliveries").out


def test_symmetry_is_counts_by_party_in_alphabetical_order(tmp_path, typed):
    jordan, israel = make_party(tmp_path), make_party(tmp_path, "israel")
    jordan.read()
    jordan.publish()
    node = israel.node.folder
    typed("follow", jordan.node.public / "card.json", node=node)
    typed("pull", jordan.node.public)
    rows = typed("symmetry", "--json").json()
    assert [one["party"] for one in rows] == ["israel", "jordan"]
    assert set(rows[0]) <= set(fields_on_the_page("symmetry"))
    assert rows[0]["got_figures"] == rows[1]["figures"] == 4
    assert typed("symmetry").out.splitlines()[0] == (
        "israel: gave 0 releases (0 figures); can read 1 release (4 figures) of others"
    )
    pairs = typed("symmetry", "--pairs", "--csv").out.splitlines()
    assert len(pairs) == 3  # a heading, and two pairs
    assert set(pairs[0].replace('"', "").split(",")) <= set(
        fields_on_the_page("symmetry")
    )


def test_status_says_how_all_parties_stand(tmp_path, typed):
    jordan, israel = make_party(tmp_path), make_party(tmp_path, "israel")
    typed("follow", jordan.node.public / "card.json", node=israel.node.folder)
    told = typed("status", "--json").json()
    assert [one["party"] for one in told["balances"]] == []  # no bank yet
    assert [one["party"] for one in told["heads"]] == ["israel", "jordan"]
    assert told["schedule"]["sha256"] == ""
    page = REFERENCE.read_text().split("### `waternet status`")[1].split("\n### ")[0]
    for name in (*told, *told["schedule"], *told["heads"][0]):
        assert f"`{name}`" in page
