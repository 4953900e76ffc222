"""Proposals of synthetic files, for tests of the layouts that agencies have."""

from datetime import timedelta

from waternet.formats.file import read_file
from waternet.formats.suggest import suggest_recipe

__all__ = ["WELL", "check", "figures", "keys", "propose", "required", "write"]

WELL = {"station.kind": "well", "time.zone": "+02:00"}


def propose(path, **answers):
    """Return a proposal for a file and answers."""
    given = {key.replace("__", "."): value for key, value in answers.items()}
    return suggest_recipe(path, given)


def figures(path, proposal):
    """Return {(place, local time, term): value} of all observations."""
    assert proposal.recipe is not None, [q.key for q in proposal.required]
    reading = read_file(path, proposal.recipe)
    found = {}
    for row in reading.observations.to_pylist():
        place, term = row["datastream"].split("/")[:2]
        when = (row["time"] + timedelta(minutes=row["offset"])).isoformat()
        when = when.removesuffix(":00").removesuffix("T00:00")
        sign = ("", "<", ">")[row["censor"]]
        found[place, when, term] = sign + f"{row['value']:g}"
    return found, reading


def check(path, answers, truth, rejected=0, **expected):
    proposal = suggest_recipe(path, answers)
    found, reading = figures(path, proposal)
    assert found == truth
    assert len(reading.rejects) == rejected
    for key, value in expected.items():
        guesses = {guess.key: guess.value for guess in proposal.guesses}
        assert guesses[key.replace("__", ".")] == value, key
    return proposal, reading


def write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def keys(proposal):
    return {question.key for question in proposal.questions}


def required(proposal):
    return {question.key for question in proposal.required}
