"""Series made by hand for the tests of the checks."""

import re
from datetime import datetime, timedelta

import numpy as np

from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.quality.checks import CHECKS
from waternet.quality.series import SeriesTable

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1)


def us(when):
    return (when - EPOCH) // timedelta(microseconds=1)


def daily(count, first=datetime(2020, 1, 1), step=DAY):
    return [first + number * step for number in range(count)]


def lake(feature="L1", **changed):
    stated = {"observed_property": "lake-level", "unit": "m"} | changed
    return Datastream("d", feature, **stated)


def place(feature, kind="lake", longitude=35.0, latitude=32.0):
    position = Position(longitude, latitude, "EPSG:4326", longitude, latitude)
    return Place(feature, kind, {"en": feature}, position)


def table(*parts, places=(), now=None, censor=None):
    """Make a table of (datastream, times, values) in the order of their names."""
    parts = sorted(parts, key=lambda part: part[0].name)
    known = {one.id: one for one in places}
    value = np.array([v for _, _, values in parts for v in values], np.float64)
    lengths = [len(values) for _, _, values in parts]
    return SeriesTable(
        datastreams=tuple(stream for stream, _, _ in parts),
        kinds=tuple(
            known[stream.feature].kind if stream.feature in known else ""
            for stream, _, _ in parts
        ),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        time=np.array([us(t) for _, times, _ in parts for t in times], np.int64),
        value=value,
        censor=np.zeros(len(value), np.int8) if censor is None else censor,
        status=np.zeros(len(value), np.int8),
        places=known,
        now=now,
    )


def one(values, times=None, stream=None):
    return table((stream or lake(), times or daily(len(values)), values))


def wave(count):
    """Return a level that goes up and down by 0.01 or 0.02 m, never twice alike."""
    steps = np.tile([0.01, -0.02, 0.02, -0.01, 0.01, -0.01, 0.02, -0.02], count)
    return np.round(-211 + np.cumsum(steps[:count]), 2)


def _form(note):
    return ".+".join(re.escape(part) for part in re.split(r"\{\w+\}", note))


def said(hits):
    """Return the hits as (row, note); a note must be one that its check declares."""
    known = [note for check in CHECKS.values() for note in check.notes]
    for note in hits.notes:
        assert any(re.fullmatch(_form(one), note) for one in known), note
    notes = [*hits.notes, ""]
    told = [notes[code] for code in hits.note]
    return list(zip(hits.rows.tolist(), told, strict=True))
