"""Ranges, conditions and codings: RFC 9110, sections 12 to 14, with its examples."""

import pytest

from waternet.api.conditions import accepts_gzip, asked_range, is_unchanged
from waternet.errors import NotAcceptable

SIZE = 10_000  # as in the examples of RFC 9110, section 14.1.2


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("bytes=0-499", (0, 500)),
        ("bytes=500-999", (500, 1000)),
        ("bytes=-500", (9500, 10_000)),
        ("bytes=9500-", (9500, 10_000)),
        ("bytes=0-0", (0, 1)),
        ("bytes=9999-20000", (9999, 10_000)),
        ("bytes=-20000", (0, 10_000)),
        ("bytes= 0-499", (0, 500)),
    ],
)
def test_one_part_is_given(written, part):
    assert asked_range(written, None, '"t"', SIZE) == part


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "bytes=0-0,-1",
        "bytes=0-499," * 100_000,
        "lines=0-499",
        "bytes=-",
        "bytes=5-2",
        "bytes=x-1",
        "bytes=0-99999999999999999999",
        "bytes 0-499",
    ],
)
def test_several_parts_and_what_is_not_understood_bring_all_of_it(written):
    assert asked_range(written, None, '"t"', SIZE) is None


@pytest.mark.parametrize("written", ["bytes=10000-", "bytes=10000-10001", "bytes=-0"])
def test_a_part_outside_the_file_is_refused(written):
    with pytest.raises(NotAcceptable, match="of 10000 bytes"):
        asked_range(written, None, '"t"', SIZE)


def test_a_part_of_another_version_brings_all_of_this_one():
    assert asked_range("bytes=0-9", '"old"', '"new"', SIZE) is None
    assert asked_range("bytes=0-9", 'W/"new"', '"new"', SIZE) is None
    assert asked_range("bytes=0-9", '"new"', '"new"', SIZE) == (0, 10)
    day = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert asked_range("bytes=0-9", day, '"new"', SIZE) is None


WHEN = 784_111_777  # Sun, 06 Nov 1994 08:49:37 GMT, as RFC 9110, section 5.6.7


@pytest.mark.parametrize(
    ("none_match", "since", "held"),
    [
        (None, None, False),
        ('"t"', None, True),
        ('W/"t"', None, True),
        ('"a", "t"', None, True),
        ("*", None, True),
        ('"a"', None, False),
        (None, "Sun, 06 Nov 1994 08:49:37 GMT", True),
        (None, "Sun, 06 Nov 1994 08:49:36 GMT", False),
        (None, "yesterday", False),
        # The tag alone counts where both are there (section 13.2.2).
        ('"a"', "Sun, 06 Nov 1994 08:49:37 GMT", False),
    ],
)
def test_what_its_reader_has_is_not_sent_again(none_match, since, held):
    assert is_unchanged(none_match, since, '"t"', WHEN) is held


@pytest.mark.parametrize("year", ["9" * 20, "9" * 5000, "x"])
def test_a_date_that_is_none_is_passed_over(year):
    assert not is_unchanged(None, f"Mon, 01 Jan {year} 00:00:00 GMT", '"t"', WHEN)


@pytest.mark.parametrize(
    ("written", "accepted"),
    [
        ("gzip", True),
        ("gzip, identity", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("GZIP", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("identity", False),
        ("", False),
        ("xgzip", False),
    ],
)
def test_gzip_is_sent_to_who_accepts_it(written, accepted):
    assert accepts_gzip(written) is accepted
