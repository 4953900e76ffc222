"""Datastreams as other parties describe them."""

import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.observation.datastream import Datastream

LEVEL = Datastream("levels", "kinneret", "lake-level", "m").to_json()


def test_a_datastream_is_read_as_it_was_written():
    assert Datastream.from_json(LEVEL).to_json() == LEVEL


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "m\x1b[2J"},
        {"unit": "m" * 65},
        {"unit": "م"},
        {"unit": 1},
        {"interval": "P0D", "statistic": "mean"},
        {"interval": "P١D", "statistic": "mean"},
        {"interval": "P" + "9" * 40 + "Y", "statistic": "mean"},
        {"interval": "P1D"},
        {"sampling": "PT0S"},
        {"sampling": "PT0H"},
        {"feature": "a%2Fb"},
        {"feature": "a/b"},
        {"procedure": ["gauge"]},
        {"owner": "x"},
    ],
)
def test_what_no_question_could_be_put_to_is_refused(wrong):
    with pytest.raises((NotAcceptable, NotFound)):
        Datastream.from_json({**LEVEL, **wrong})
