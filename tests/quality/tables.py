"""Tables of series for tests, written as one would on paper."""

import numpy as np

from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.vocabulary import Censor
from waternet.quality.series import SeriesTable

SIGNS = {"<": Censor.BELOW, ">": Censor.ABOVE}


def us(text):
    return int(np.datetime64(text, "us").astype(np.int64))


def stream(observed_property, unit, feature="w1", dataset="lab", **fields):
    return Datastream(dataset, feature, observed_property, unit, **fields)


def series_table(
    *written: tuple[Datastream, dict], places: dict[str, Place] | None = None
):
    """Make a table of (datastream, {time: figure or '<limit'}), in order."""
    ordered = sorted(written, key=lambda one: one[0].name)
    rows = [
        (us(time), said) for _one, values in ordered for time, said in values.items()
    ]
    texts = [str(said) for _time, said in rows]
    places = places or {}
    features = [one.feature for one, _values in ordered]
    return SeriesTable(
        datastreams=tuple(one for one, _values in ordered),
        kinds=tuple(places[name].kind if name in places else "" for name in features),
        starts=np.cumsum([0, *(len(values) for _one, values in ordered)]),
        time=np.array([time for time, _said in rows], np.int64),
        value=np.array([float(text.strip("<>")) for text in texts]),
        censor=np.array([SIGNS.get(text[0], Censor.NONE) for text in texts], np.int8),
        status=np.zeros(len(rows), np.int8),
        places=places,
    )


def named_rows(series, hits):
    """Return the observed property of each hit, with its note."""
    owner = np.searchsorted(series.starts, hits.rows, side="right") - 1
    notes = [hits.notes[code] if code >= 0 else "" for code in hits.note]
    names = [series.datastreams[number].observed_property for number in owner]
    return list(zip(names, notes, strict=True))
