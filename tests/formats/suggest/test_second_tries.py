"""A recipe that refuses too much is tried in another way before it is proposed."""

from formats.suggest.layouts import WELL, figures, write

from waternet.formats.suggest import suggest_recipe


def guesses(proposal):
    return {guess.key: guess for guess in proposal.guesses}


def levels(cells, first=1):
    """Return a table of one well with these cells in its column of figures."""
    lines = [
        f"W1,2020-{first + at // 28:02d}-{at % 28 + 1:02d},{cell}"
        for at, cell in enumerate(cells)
    ]
    return "\n".join(["Well,Date,Water level (m)", *lines, ""])


def test_each_sign_for_a_gap_is_a_guess_with_its_reason(tmp_path):
    cells = [*(f"{1.5 + at / 10:.1f}" for at in range(12)), "n/a", "אין", "n/a", "-999"]
    path = write(tmp_path, "levels.csv", levels(cells))
    proposal = suggest_recipe(path, WELL)
    known = guesses(proposal)
    assert proposal.recipe.table.missing == ("-999", "n/a", "אין")
    for text in proposal.recipe.table.missing:
        assert known[f"missing.{text}"].value == text
    assert "2 times in 'Water level (m)'" in known["missing.n/a"].reason
    assert "far from all other" in known["missing.-999"].reason


def test_a_sign_that_the_owner_denies_is_a_figure(tmp_path):
    cells = [*(f"{1.5 + at / 10:.1f}" for at in range(12)), "-999"]
    path = write(tmp_path, "levels.csv", levels(cells))
    proposal = suggest_recipe(path, {**WELL, "missing.-999": "figure"})
    found, _ = figures(path, proposal)
    assert found["W1", "2020-01-13", "groundwater-level"] == "-999"


def test_a_word_that_stands_again_and_again_is_taken_for_a_gap_and_told(tmp_path):
    cells = [*(f"{1.5 + at / 10:.1f}" for at in range(12)), "dry", "dry", "dry", "drY?"]
    path = write(tmp_path, "levels.csv", levels(cells))
    proposal = suggest_recipe(path, WELL)
    found, reading = figures(path, proposal)
    assert (len(found), reading.counts["missing"]) == (12, 3)
    assert [reject.value for reject in reading.rejects] == ["drY?"]
    told = guesses(proposal)["missing.dry"]
    assert (told.value, told.alternatives) == ("dry", ("refused",))
    assert "3 times in 'Water level (m)'" in told.reason
    assert told.confidence < 0.8


def test_words_that_are_few_stay_refused(tmp_path):
    cells = [*(f"{1.5 + at / 10:.1f}" for at in range(80)), "dry", "dry", "dry"]
    path = write(tmp_path, "levels.csv", levels(cells))
    _, reading = figures(path, suggest_recipe(path, WELL))
    assert reading.counts["rejected"] == 3


def test_one_slip_does_not_turn_day_and_month_about(tmp_path):
    # '13/02/2020' is no date where the month stands first; all others are.
    days = [f"{month:02d}/{day}/2020" for month in range(1, 11) for day in (14, 25)]
    rows = [f"{day},{1 + at / 10:.1f}" for at, day in enumerate([*days, "13/02/2020"])]
    path = write(tmp_path, "flow.csv", "\n".join(["Date,Discharge (m3/s)", *rows, ""]))
    proposal = suggest_recipe(path, {"time.zone": "UTC", "station.id": "s"})
    _, reading = figures(path, proposal)
    assert (reading.counts["observations"], reading.counts["rejected"]) == (20, 1)
    told = guesses(proposal)["time.format"]
    assert (told.value, told.alternatives) == ("MM/DD/YYYY", ("DD/MM/YYYY",))
    assert "20 of 21 cells are refused" in told.reason


def test_figures_decide_over_codes_which_sign_is_decimal(tmp_path):
    # Section numbers such as 1.5 outnumber the figures with a decimal comma.
    written = ["2", "3,5", "4", "5", "6,25"] * 4
    rows = [
        f"W1;2020-01-{at + 1:02d};{at}.5;{at}.7;{cell}"
        for at, cell in enumerate(written)
    ]
    head = "Well;Date;Sheet;Section;Water level (m)"
    path = write(tmp_path, "levels.csv", "\n".join([head, *rows, ""]))
    proposal = suggest_recipe(path, WELL)
    found, reading = figures(path, proposal)
    assert reading.counts["rejected"] == 0
    assert found["W1", "2020-01-02", "groundwater-level"] == "3.5"
    assert guesses(proposal)["table.decimal"].alternatives == (".",)


def test_a_decimal_sign_that_the_owner_names_counts(tmp_path):
    text = levels(['"1,234"', '"2,345"', '"3,456"'])
    path = write(tmp_path, "levels.csv", text)
    found, _ = figures(path, suggest_recipe(path, {**WELL, "table.decimal": ","}))
    assert found["W1", "2020-01-01", "groundwater-level"] == "1.234"
