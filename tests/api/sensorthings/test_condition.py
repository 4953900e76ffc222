"""What a filter chooses, over the entities of conftest.

The expected choices are those of FROST-Server's test suite (classes DateTimeTests,
JsonPropertiesTests, FilterTests and GeoTests), restated for entities of our own where
they are fewer.
"""

import pytest

from waternet.errors import NotAcceptable

T700 = "2016-01-01T07:00:00Z"
I700_800 = "2016-01-01T07:00:00Z/2016-01-01T08:00:00Z"

# DateTimeTests: a filter on phenomenonTime, and the observations it finds.
TIMES = [
    ("{} lt " + T700, [0, 1, 8, 9, 21, 23]),
    (T700 + " lt {}", [3, 4, 5, 6, 7, 12, 13, 14, 15, 20, 22, 24]),
    ("{} lt " + I700_800, [0, 1, 8, 9, 21, 23]),
    (I700_800 + " lt {}", [5, 6, 7, 14, 15, 22, 24]),
    ("{} gt " + T700, [3, 4, 5, 6, 7, 12, 13, 14, 15, 20, 22, 24]),
    ("{} le " + T700, [0, 1, 2, 8, 9, 21, 23]),
    ("{} le " + I700_800, [0, 1, 2, 8, 9, 10, 11, 17, 19, 21, 23]),
    (T700 + " le {}", [2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15, 17, 18, 20, 22, 24]),
    (I700_800 + " le {}", [5, 6, 7, 11, 13, 14, 15, 18, 20, 22, 24]),
    ("{} ge " + I700_800, [5, 6, 7, 11, 13, 14, 15, 18, 20, 22, 24]),
    ("{} eq " + T700, [2]),
    ("{} eq " + I700_800, [11]),
    ("before({}," + T700 + ")", [0, 1, 8, 9, 21, 23]),
    ("after({}," + I700_800 + ")", [5, 6, 7, 14, 15, 22, 24]),
    ("meets({}," + T700 + ")", [2, 9, 11, 17, 18]),
    ("meets({}," + I700_800 + ")", [2, 5, 9, 14]),
    ("during({}," + I700_800 + ")", [2, 3, 4, 11, 12, 17, 20]),
    ("during(" + T700 + ",{})", [10, 11, 16, 17, 18, 19]),
    ("during(" + I700_800 + ",{})", [11, 16, 18, 19]),
    ("overlaps({}," + T700 + ")", [2, 10, 11, 16, 17, 18, 19]),
    (
        "overlaps({}," + I700_800 + ")",
        [2, 3, 4, 10, 11, 12, 13, 16, 17, 18, 19, 20],
    ),
    ("starts({}," + I700_800 + ")", [2, 11, 17, 18]),
    ("finishes({}," + T700 + ")", [2, 9]),
    ("finishes({}," + I700_800 + ")", [5, 11, 19, 20]),
    ("year({}) eq 2015", [21, 23]),
    ("{} add duration'PT1H' gt 2016-01-01T09:00Z", [6, 7, 15, 22, 24]),
    ("{} gt 2016-01-01T09:00Z sub duration'PT1H'", [6, 7, 15, 22, 24]),
    ("{} sub duration'PT1H' gt " + T700, [6, 7, 15, 22, 24]),
    ("{} lt 2016-01-01T06:00Z/" + T700 + " add duration'PT1H'", [0, 1, 8, 9, 21, 23]),
    (
        "not {} lt " + T700 + " and not {} ge 2016-01-01T08:00:00Z",
        [2, 3, 4, 10, 11, 12, 13, 16, 17, 18, 19, 20],
    ),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_times_compare_as_in_frost(chosen, text, expected):
    text = text.replace("{}", "phenomenonTime")
    assert chosen("Observation", f"({text}) and id lt 90") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phenomenonTime ge 2017-01-01 and phenomenonTime le 2018-01-01", [22, 24, 90]),
        ("phenomenonTime eq 2018-01-02", [91]),
        ("phenomenonTime lt 2015-01-02 and id lt 90", [21, 23]),
        ("date(phenomenonTime) eq 2018-01-02", [91]),
        ("phenomenonTime gt '2018-01-02T00:00:00Z'", [91]),
    ],
)
def test_a_bare_date_is_its_whole_day(chosen, text, expected):
    assert chosen("Observation", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # JsonPropertiesTests: values of JSON compare by what they are.
        ("properties/field eq 2", [1]),
        ("properties/field gt 2", [3]),
        ("properties/int gt 4", []),  # a text is no number
        ("properties/int eq '5'", [1]),
        ("properties/flag", [1]),
        ("not properties/flag", [3]),
        ("properties/flag eq false", [3]),
        ("properties/nested[0][1] eq 9", [3]),
        ("properties/field in (2,4)", [1]),
        ("'a' in properties/tags", [1]),
        ("properties/field eq null", [2]),
        ("properties/field ne null", [1, 3]),
        # FilterTests: over many means any of them.
        ("Locations/name eq 'Place 2'", [1, 2]),
        ("startswith(HistoricalLocations/Locations/name, 'Place 1')", [1]),
        ("HistoricalLocations/Locations/properties/field eq properties/field", [1]),
        ("Datastreams/id eq null", [3]),
        ("Datastreams/id ne null", [1, 2]),
        ("Locations/any(l:l/name eq 'Place 1')", [1]),
        (
            "HistoricalLocations/any(h: h/Locations/any(l: "
            "l/properties/field eq properties/field))",
            [1],
        ),
        (
            "Datastreams/any(d:d/ObservedProperty/name eq 'Property 2' "
            "and d/Sensor/name eq 'Sensor 1')",
            [2],
        ),
        (
            "Datastreams/ObservedProperty/name eq 'Property 1' "
            "and Datastreams/Sensor/name eq 'Sensor 2'",
            [1],
        ),
        ("Datastreams/all(d: d/id lt 3)", [1, 3]),
        ("Datastreams/Observations/result gt 23", [1]),
        ("substring(name, 4) eq 'g 3'", [3]),
        ("substring(name, 4, 1) eq 'g'", [1, 2, 3]),
    ],
)
def test_properties_and_ways_of_things(chosen, text, expected):
    assert chosen("Thing", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("result gt 23", [24]),
        # As OGC's own test asks: in quotes, results compare as text.
        ("result gt '3' and result lt '9' and id lt 90", [4, 5, 6, 7, 8]),
        ("result eq 'dry'", [90]),
        ("result eq true", [91]),
        ("resultQuality/grade eq 'good'", [90]),
        ("resultQuality eq 2", [91]),
        ("parameters/int eq 7 or parameters/text eq '8'", [7, 8]),
        ("FeatureOfInterest/id eq null", [91]),
        ("Datastream/Thing/name eq 'Thing 1' and result gt 23", [24]),
        ("phenomenonTime sub 2016-01-01T08:00:00Z eq duration'PT1H'", [7]),
    ],
)
def test_results_and_what_is_said_of_them(chosen, text, expected):
    assert chosen("Observation", text) == expected


SQUARE = "geography'POLYGON((7.5 51.5,7.5 53.5,8.5 53.5,8.5 51.5,7.5 51.5))'"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # GeoTests, of which our places are 0, 2, 4 (area), 5 (line), 6 (longer line).
        ("geo.distance(location, geography'POINT(8 53.1)') lt 0.5", [2, 5]),
        ("geo.length(location) eq 1", [3]),
        ("geo.length(location) gt 1", [4]),
        ("geo.length(location) eq 0", [1, 2, 5]),
        ("geo.intersects(location, geography'LINESTRING(7.5 51, 7.5 54)')", [5]),
        (f"st_contains({SQUARE}, location)", [2]),
        ("st_crosses(geography'LINESTRING(7.5 51.5, 7.5 53.5)', location)", [5]),
        (f"st_disjoint({SQUARE}, location)", [1, 3, 4]),
        ("st_equals(location, geography'POINT(8 53)')", [2]),
        ("st_intersects(location, geography'LINESTRING(7.5 51, 7.5 54)')", [5]),
        (f"st_overlaps({SQUARE}, location)", [5]),
        (f"st_relate({SQUARE}, location, 'T********')", [2, 5]),
        (
            "st_touches(geography'POLYGON((8 53,7.5 54.5,8.5 54.5,8 53))', location)",
            [2, 5],
        ),
        ("st_within(geography'SRID=4326;POINT(7.5 52.75)', location)", [5]),
        (f"st_within(location, {SQUARE})", [2]),
    ],
)
def test_geometry(chosen, text, expected):
    assert chosen("Location", text) == expected


def test_a_word_without_quotes_is_text_where_it_names_nothing(chosen):
    # pygeoapi's SensorThings provider writes what it is asked for without quotes.
    assert chosen("Sensor", "name eq Sensor") == []
    assert chosen("Datastream", "unitOfMeasurement/symbol eq m") == [1, 2, 3]


def test_what_is_not_known_is_not_chosen(chosen):
    # As in SQL, and in FROST-Server: neither a comparison nor its negation holds.
    assert chosen("Thing", "properties/field eq 2 or not properties/field eq 2") == [
        1,
        3,
    ]


REFUSED = [
    ("Thing", "name", "expected true or false, got text"),
    ("Thing", "colour eq 'red'", "a Thing has no property 'colour'"),
    ("Thing", "name gt 2020-01-01T00:00:00Z", "'gt' has no meaning between text"),
    ("Thing", "Locations eq 5", "Locations leads to entities; name a property"),
    ("Location", "location eq 5", "'eq' has no meaning between a geometry"),
    ("Thing", "soundex(name) eq 'x'", "no function 'soundex'"),
    ("Thing", "substring(name) eq 'x'", "substring takes 2 or 3 arguments, got 1"),
    ("Thing", "name/any(x: x/id eq 1)", "any is of a set, and name leads to none"),
    ("Thing", "name/first eq 'T'", "name has no 'first'"),
    ("Thing", "length(5 eq 5) eq 1", "expected text, got true or false"),
    ("Observation", "during(phenomenonTime, " + T700 + ")", "expected an interval"),
    ("Observation", "phenomenonTime mul 2 gt 5", "'mul' has no meaning between"),
    ("Location", "st_within(name, location)", "expected a geometry, got text"),
    ("Thing", "Datastreams/Thing/" * 5 + "name eq 'x'", "more than 4 times to many"),
]


@pytest.mark.parametrize(("kind", "text", "message"), REFUSED)
def test_what_makes_no_sense_is_refused_with_its_place(chosen, kind, text, message):
    with pytest.raises(NotAcceptable, match=r"^at character \d+: ") as refused:
        chosen(kind, text)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        # What is no geometry is neither inside nor outside.
        ("Location", "st_within(properties/field, location)", []),
        ("Location", "not st_within(properties, location)", []),
        ("Thing", "geo.length(properties/none) eq 0", []),
        # Comparisons are values too.
        ("Observation", "(resultTime eq phenomenonTime) eq true and id lt 2", [0, 1]),
        ("Thing", "(name eq 'Thing 1') ne (id eq 1)", []),
        ("Thing", "(properties/field eq null) eq true", [2]),
    ],
)
def test_values_of_any_sort_stand_in_any_place(chosen, kind, text, expected):
    assert chosen(kind, text) == expected
