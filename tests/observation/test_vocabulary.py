"""What the vocabularies promise: three languages, UCUM units, one meaning a code."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.observation.vocabulary import (
    LANGUAGES,
    VOCABULARIES,
    Censor,
    Grade,
    Status,
    find_by_code,
    get_term,
    get_terms,
)
from waternet.quantity import convert, verify_unit

PROPERTIES = get_terms("observed_property")
STANDARDS = ("aquastat", "cuahsi", "odm2", "wmo", "wqp", "usgs")
SCRIPTS = {"ar": "ARABIC LETTER", "he": "HEBREW LETTER", "en": "LATIN"}


def letters_of(script: str, text: str) -> int:
    return sum(
        unicodedata.name(sign, "").startswith(SCRIPTS[script])
        for sign in text
        if sign.isalpha()
    )


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
class TestEveryTerm:
    def test_has_a_label_in_each_language_and_its_script(self, vocabulary: str) -> None:
        for term in get_terms(vocabulary).values():
            assert set(term.labels) == set(LANGUAGES)
            for language, label in term.labels.items():
                assert letters_of(language, label), f"{term.id}: {label!r} ({language})"

    def test_is_labelled_in_normal_form_without_invisible_marks(
        self, vocabulary: str
    ) -> None:
        for term in get_terms(vocabulary).values():
            for label in term.labels.values():
                assert label == unicodedata.normalize("NFC", label).strip()
                assert not any(unicodedata.category(sign) == "Cf" for sign in label)

    def test_has_a_label_of_its_own(self, vocabulary: str) -> None:
        for language in LANGUAGES:
            labels = [term.labels[language] for term in get_terms(vocabulary).values()]
            assert len(labels) == len(set(labels)), Counter(labels).most_common(1)

    def test_has_an_id_of_lower_case_words_used_once(self, vocabulary: str) -> None:
        folder = Path(__file__).parents[2] / "src/waternet/observation/vocabularies"
        with (folder / f"{vocabulary}.csv").open(encoding="utf-8", newline="") as lines:
            ids = [row["id"] for row in csv.DictReader(lines)]
        assert len(ids) == len(set(ids)) == len(get_terms(vocabulary))
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id_) for id_ in ids)

    def test_shares_no_code_of_another_standard_with_a_second_term(
        self, vocabulary: str
    ) -> None:
        for standard in STANDARDS:
            codes = [
                code
                for term in get_terms(vocabulary).values()
                for code in term.codes.get(standard, ())
            ]
            assert len(codes) == len(set(codes)), Counter(codes).most_common(1)


def test_every_observed_property_has_a_ucum_unit() -> None:
    for unit in {term.unit for term in PROPERTIES.values()}:
        verify_unit(unit)


def test_a_unit_that_is_not_ucum_is_refused() -> None:
    with pytest.raises(NotAcceptable, match="MCM/yr"):
        verify_unit("MCM/yr")


def test_codes_in_use_are_the_terms_in_the_files() -> None:
    # The numbers in observation tables are positions in these lists: they never move.
    for codes, vocabulary in ((Grade, "grade"), (Status, "status")):
        assert [code.name.lower() for code in codes] == list(get_terms(vocabulary))
        assert [int(code) for code in codes] == list(range(len(codes)))
    assert [int(code) for code in Censor] == [0, 1, 2]


def test_every_aquastat_variable_of_the_region_is_known(shared: Path) -> None:
    path = shared / "data" / "aquastat" / "region_long_all_variables.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        variables = {row["variable_id"] for row in csv.DictReader(lines)}
    assert len(variables) > 170
    unknown = {
        code
        for code in variables
        if not find_by_code("observed_property", "aquastat", code)
    }
    assert unknown == set()


@pytest.mark.parametrize(
    ("variable", "term", "unit"),
    # Variable ids and units as AQUASTAT's own query pages give them (FAO, 2021).
    [
        ("4104", "population", "10*3"),
        ("4100", "total-area", "10*3.har"),
        ("4151", "long-term-precipitation-depth", "mm/a"),
        ("4188", "total-renewable-water-resources", "10*9.m3/a"),
        ("4190", "renewable-water-resources-per-capita", "m3/a"),
        ("4192", "dependency-ratio", "%"),
        ("4197", "total-dam-capacity", "10*9.m3"),
        ("4263", "total-freshwater-withdrawal", "10*9.m3/a"),
        ("4265", "wastewater-reused", "10*9.m3/a"),
        ("4535", "wastewater-reused", "10*9.m3/a"),
        ("4549", "environmental-flow-requirements", "10*9.m3/a"),
        ("4550", "water-stress", "%"),
        ("4551", "water-use-efficiency", "{USD}/m3"),
    ],
)
def test_an_aquastat_variable_is_one_property_in_its_unit(
    variable: str, term: str, unit: str
) -> None:
    found = find_by_code("observed_property", "aquastat", variable)
    assert found is not None
    assert (found.id, found.unit) == (term, unit)


@pytest.mark.parametrize(
    ("variable", "value", "unit", "known"),
    # AQUASTAT's figures of Jordan in 2018, against what is known in other units.
    [
        (
            "4100",
            8932,
            "km2",
            89_342,
        ),  # area, CIA World Factbook 2018: 89,342 with water
        ("4104", 9965.318, "10*6", 9.97),  # UN WPP 2019: 9.965 million
        ("4188", 0.937, "hm3/a", 937),  # FAO 2009, Jordan country profile
        ("4190", 94.03, "L/d", 257.4),  # 94.03 m3 a year and inhabitant, by hand
        ("4197", 0.27492, "hm3", 275),  # dams, FAO 2009, Jordan country profile
    ],
)
def test_aquastat_units_have_the_right_magnitude(
    variable: str, value: float, unit: str, known: float
) -> None:
    found = find_by_code("observed_property", "aquastat", variable)
    assert found is not None
    converted = convert(np.array([value]), found.unit, unit)
    assert converted[0] == pytest.approx(known, rel=1e-3)


@pytest.mark.parametrize(
    ("standard", "code", "term"),
    [
        ("usgs", "00060", "discharge"),  # help.waterdata.usgs.gov/codes-and-parameters
        ("usgs", "00065", "stage"),
        ("usgs", "72019", "depth-to-groundwater"),
        ("usgs", "00095", "electrical-conductivity"),
        ("wqp", "Escherichia coli", "e-coli"),  # WQX characteristic names
        ("wqp", "Total dissolved solids", "total-dissolved-solids"),
        ("cuahsi", "Gage height", "stage"),  # VariableNameCV
        ("cuahsi", "Water level", "water-level"),
        ("wmo", "012101", "air-temperature"),  # BUFR table B
    ],
)
def test_other_systems_codes_find_the_property(
    standard: str, code: str, term: str
) -> None:
    found = find_by_code("observed_property", standard, code)
    assert found is not None
    assert found.id == term


def test_nitrate_says_how_it_is_expressed() -> None:
    # 1 mg/l of nitrate nitrogen is 4.4 mg/l of nitrate (WHO 2011, nitrate guideline).
    assert "NO3" in get_term("observed_property", "nitrate").definition
    assert "nitrogen" in get_term("observed_property", "nitrate-as-nitrogen").definition


def test_a_flag_of_aquastat_is_a_status() -> None:
    flags = {"E": "estimated", "I": "imputed", "X": "external", "P": "provisional"}
    for flag, status in flags.items():
        found = find_by_code("status", "aquastat", flag)
        assert found is not None
        assert found.id == status


def test_an_unknown_term_is_not_found_and_near_ones_are_named() -> None:
    with pytest.raises(NotFound) as caught:
        get_term("observed_property", "lake-levels")
    assert "lake-level" in caught.value.hint


def test_an_unknown_vocabulary_is_not_found() -> None:
    with pytest.raises(NotFound, match="colour"):
        get_terms("colour")
    assert find_by_code("observed_property", "aquastat", "9999") is None
