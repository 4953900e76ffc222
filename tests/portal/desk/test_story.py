"""From a file to a release that others can verify, by the pages of the Desk alone."""

from typer.testing import CliRunner

from waternet.cli.main import app
from waternet.node.reasons import read_reasons

FILE = """Well;Date;Level (m)
W1;05/01/2015;214.87
W1;31/01/2015;214.95
W1;28/02/2015;21494
W1;31/03/2015;215.02
W2;05/01/2015;12.5
W2;31/01/2015;12.4
W2;28/02/2015;x12
"""


def bring(desk):
    """Bring the file in, answer what is open, and import it."""
    number = desk.send("rana", FILE, "readings.csv")
    shown = desk.get("rana", f"/desk/files/{number}").json()
    assert shown["file"]["state"] == "asks"
    assert shown["understood"]["open"] == ["time.zone"]
    columns = {one["column"]: one for one in shown["understood"]["columns"]}
    assert columns["Level (m)"]["value"] == "groundwater-level, m"
    assert "heading says" in columns["Level (m)"]["reason"]
    # Nobody guesses by whose clock the times are: without it nothing is imported.
    early = desk.post("rana", f"/desk/files/{number}/import")
    assert early.headers["location"] == f"/desk/files/{number}"
    assert desk.get("rana", "/desk").json()["imports"] == []

    said = {"answer.time.zone": "+02:00", "dataset": "levels", "source": "Field book 3"}
    desk.post("rana", f"/desk/files/{number}/say", **said, title="Levels of 2015")
    shown = desk.get("rana", f"/desk/files/{number}").json()
    assert shown["file"]["state"] == "understood"
    done = desk.post("rana", f"/desk/files/{number}/import", keep_as="wells")
    assert done.headers["location"] == "/desk/imports/0001-levels"


def test_a_file_becomes_a_release_by_three_peoples_clicks(desk):
    node = desk.party.node
    bring(desk)
    (waits,) = desk.get("lena", "/desk").json()["imports"]
    assert (waits["state"], waits["waits_for"]) == ("to-review", "reviewer")
    assert (waits["observations"], waits["rejected"]) == (6, 1)

    page = "/desk/imports/0001-levels"
    told = desk.get("rana", page, tab="rejects").json()
    (cell,) = told["rejects"]["cells"]
    assert (cell["row"], cell["column"], cell["value"]) == (8, "Level (m)", "x12")
    # The figure two decimal points off is named, with what to do.
    named = {one["check"]: one for one in told["objections"]["checks"]}
    (series,) = named["range"]["series"]
    assert series["examples"][0]["value"] == 21494

    edit = {
        "datastream": series["name"],
        "from": "2015-02-28",
        "operation": "correct",
        "value": "214.94",
        "reason": "the field book says 214.94",
    }
    assert desk.post("rana", f"{page}/edit", **edit).status_code == 303
    told = desk.get("rana", page, tab="figures", datastream=series["name"]).json()
    row = next(one for one in told["series"]["rows"] if one["value"] == 214.94)
    assert (row["was"]["value"], row["grade"], row["edits"]) == (21494, "good", [1])

    signed = {"digest": told["digest"]}
    refused = desk.post("rana", f"{page}/publish", **signed)
    assert (refused.status_code, "reviewed" in refused.text) == (403, True)
    approved = desk.post("lena", f"{page}/approve", note="seen", **signed)
    assert approved.status_code == 303
    stale = desk.post("yusuf", f"{page}/publish", **signed)
    assert (stale.status_code, "since it was shown" in stale.text) == (409, True)
    signed = {"digest": desk.get("yusuf", page).json()["digest"]}
    done = desk.post("yusuf", f"{page}/publish", **signed)
    assert done.status_code == 303, done.text
    receipt = desk.follow("yusuf", done)
    assert [one["kind"] for one in receipt["entries"]] == [
        "station",
        "terms",
        "release",
    ]
    assert receipt["entries"][-1]["rows"] == 6
    assert receipt["size"] == 3

    verified = CliRunner().invoke(app, ["verify", "--node", str(node.folder)])
    assert verified.exit_code == 0, verified.output
    reasons = read_reasons(node, "jordan", receipt["entries"][-1]["number"])
    assert [one.operation for one in reasons.edits] == ["correct", "review"]
    assert [one.author for one in reasons.edits] == ["rana", "lena"]
    asked = {"datastream": f"jordan:{series['name']}"}
    rows = desk.clients["nobody"].get("/data/observations", params=asked).json()["rows"]
    assert [one["value"] for one in rows] == [214.87, 214.95, 214.94, 215.02]
    assert desk.get("rana", "/desk").json()["imports"] == []
    assert desk.get("rana", page).status_code == 404
