"""Columns that seem to be of one quantity, and figures that no time is told of."""

from formats.suggest.layouts import figures, required, write

from waternet.formats.suggest import suggest_recipe

FLOWS = "Date,{0} (m3/s),{1} (m3/s)\n" + "".join(
    f"2015-01-{day:02d},{5 + day / 10},{4 + day / 10}\n" for day in range(1, 29)
)
ANSWERS = {"time.zone": "UTC", "station.id": "r", "station.kind": "reservoir"}


def test_inflow_and_outflow_of_a_reservoir_are_two_quantities(tmp_path):
    path = write(tmp_path, "reservoir.csv", FLOWS.format("Inflow", "Outflow"))
    proposal = suggest_recipe(path, ANSWERS)
    found, reading = figures(path, proposal)
    assert reading.counts["observations"] == 56
    assert found["r", "2015-01-01", "reservoir-inflow"] == "5.1"
    assert found["r", "2015-01-01", "discharge"] == "4.1"


def test_a_reservoir_is_told_by_its_inflow_too(tmp_path):
    path = write(tmp_path, "lake-reservoir.csv", FLOWS.format("Outflow", "Inflow"))
    kind = next(g for g in suggest_recipe(path, {}).guesses if g.key == "station.kind")
    assert kind.value in ("reservoir", "lake")


def test_inflow_beside_outflow_is_asked_and_never_left_out_by_default(tmp_path):
    path = write(tmp_path, "flows.csv", FLOWS.format("Inflow", "Outflow"))
    proposal = suggest_recipe(path, ANSWERS)
    assert required(proposal) == {"column.Inflow (m3/s)"}
    both = {**ANSWERS, "column.Inflow (m3/s)": "reservoir-inflow"}
    assert figures(path, suggest_recipe(path, both))[1].counts["observations"] == 56


def test_two_columns_of_one_quantity_are_kept_apart(tmp_path):
    path = write(tmp_path, "flows.csv", FLOWS.format("Inflow", "Outflow"))
    proposal = suggest_recipe(path, {**ANSWERS, "column.Inflow (m3/s)": "discharge"})
    _, reading = figures(path, proposal)
    assert reading.counts["observations"] == 56
    assert len(reading.datastreams) == 2
    assert len({stream.procedure for stream in reading.datastreams}) == 2


def test_figures_of_many_quantities_without_a_time_make_no_attribute(tmp_path):
    rows = "".join(
        f"W{well},{what},{unit},{well * 1.5}\n"
        for well in range(1, 6)
        for what, unit in (("Drilled", "m"), ("Casing", "mm"), ("Chloride", "mg/L"))
    )
    path = write(tmp_path, "wells.csv", f"Well,Parameter,Unit,Value\n{rows}")
    proposal = suggest_recipe(path, {"station.kind": "well"})
    assert not proposal.recipe.station.attribute_columns
    assert any("'Value' is left out" in notice for notice in proposal.notices)
    _, reading = figures(path, proposal)
    assert len(reading.places) == 5
