"""What a request's parameters ask of the bank."""

from datetime import UTC, datetime

import pytest

from waternet.api.asked import Asked
from waternet.api.figures import (
    FIGURE_PARAMETERS,
    SPAN_PARAMETERS,
    asked_plainly,
    question_of,
)
from waternet.api.operation import Operation
from waternet.api.parameters import ParameterReader
from waternet.api.viewer import Viewer
from waternet.bank.as_of import AsOf
from waternet.bank.question import Question
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Grade

FIGURES = Operation(
    *("GET", "/f", "f", "f", "F.", lambda asked: asked),
    parameters=(*SPAN_PARAMETERS, *FIGURE_PARAMETERS),
)


def asked(query):
    values = ParameterReader(FIGURES).read(query, {}, {})
    return Asked(FIGURES, values, query, {}, {}, "", Viewer(), None)


def test_nothing_said_asks_for_figures_as_they_were_published():
    assert question_of(asked("")) == Question()


def test_every_word_reaches_the_question():
    query = (
        "start=2015&end=2016-03-01T00:00%2B02:00&as_of=jordan:12&aggregate=month"
        "&statistic=p05&zone=Asia/Amman&first_month=10&unit=cm&grades=good,suspect"
    )
    question = question_of(asked(query))
    assert question == Question(
        # Amman was at UTC+2 on 1 January 2015.
        start=datetime(2014, 12, 31, 22, tzinfo=UTC),
        end=datetime(2016, 2, 29, 22, tzinfo=UTC),
        as_of=AsOf.release("jordan", 12),
        aggregate="month",
        statistic="p05",
        zone="Asia/Amman",
        first_month=10,
        unit="cm",
        grades=(Grade.GOOD, Grade.SUSPECT),
    )
    assert question.percent == 5


def test_an_interface_may_say_the_time_in_words_of_its_own():
    start = datetime(2015, 1, 1, tzinfo=UTC)
    assert question_of(asked("unit=cm"), start) == Question(start=start, unit="cm")


def test_the_answer_can_repeat_what_was_asked():
    assert asked_plainly(asked("unit=cm&grades=good")) == {
        "unit": "cm",
        "grades": ["good"],
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("as_of=2015", "not a day"),
        ("as_of=soon-2015-1", "not a time"),
        ("start=yesterday", "'yesterday' is not a time"),
        ("start=2016&end=2015", "ends before it starts"),
        ("aggregate=fortnight", "'aggregate': expected one of hour, day"),
        ("statistic=median", "'statistic'"),
        ("statistic=minimum", "'aggregate' says by which"),
        ("zone=Middle/Earth", "no time zone 'Middle/Earth'"),
        ("first_month=13", "'first_month': expected a whole number from 1 up to 12"),
        ("grades=fine", "'grades': expected one of unchecked"),
    ],
)
def test_what_means_nothing_is_refused_by_name(query, message):
    with pytest.raises(NotAcceptable, match=message):
        question_of(asked(query))
