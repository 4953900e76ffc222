"""The commands about the delivery schedule, as they are typed."""

from parties import make_party

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
