"""One cell at a time: what is understood, and what is said of what is not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from matcher.domain.codes import Ethnicity, Sex
from matcher.domain.need import Adaptation

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.intake import Reading

    Read = Callable[..., Reading]


@pytest.mark.parametrize(
    "written",
    [
        "31/03/2012",
        "31-03-2012",
        "31.03.2012",
        "2012-03-31",
        "2012/3/31",
        " 31/03/2012 ",
        "\u00a031/03/2012\u00a0",
        "31 March 2012",
        "31-Mar-2012",
        "31/03/2012 00:00",
        "2012-03-31T00:00:00",
        "40999",
        "40999.0",
    ],
)
def test_dates_in_every_usual_form(child: Read, written: str) -> None:
    reading = child(date_of_birth=written)
    assert reading.faults == ()
    assert reading.world is not None
    assert reading.world.child("C-1").date_of_birth == date(2012, 3, 31)


@pytest.mark.parametrize(
    "written", ["03/31/2012", "31/02/2012", "31/03/12", "soon", "12", "1e999", "31 Ma 2012"]
)
def test_what_is_no_date_is_said(child: Read, written: str) -> None:
    (fault,) = child(date_of_birth=written).faults
    assert fault.sentence == (
        f'children.csv, row 2, column date_of_birth: "{written}" is not a date. Write '
        "day/month/year, such as 31/03/2025. Correct it, or leave it empty to record it as not "
        "known."
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", True),
        ("Y", True),
        ("TRUE", True),
        ("1", True),
        ("no", False),
        ("n", False),
        ("False", False),
        ("0", False),
        ("", None),
        ("  ", None),
    ],
)
def test_yes_and_no(child: Read, written: str, value: bool | None) -> None:
    reading = child(ehcp=written)
    assert reading.world is not None
    assert reading.world.child("C-1").ehcp is value


def test_neither_yes_nor_no(child: Read) -> None:
    (fault,) = child(solo="perhaps").faults
    assert fault.sentence.endswith(
        '"perhaps" is neither yes nor no. Correct it, or leave it empty, which means: no.'
    )


@pytest.mark.parametrize("written", ["3", "3.0", " 3 ", "3\u00a0"])
def test_whole_numbers(home: Read, written: str) -> None:
    reading = home(beds_approved=written)
    assert reading.world is not None
    assert reading.world.home("H-1").beds_approved == 3


@pytest.mark.parametrize("written", ["3.5", "-1", "101", "three", "nan", "inf", "1e400", "9" * 60])
def test_what_is_no_whole_number(home: Read, written: str) -> None:
    (fault,) = home(beds_approved=written).faults
    assert fault.column == "beds_approved"
    assert "is not a whole number from 0 to 100. Correct it." in fault.sentence


@pytest.mark.parametrize(
    ("written", "pence"),
    [
        ("1340.5", 134050),
        ("£1340.50", 134050),
        ('"1,340.50"', 134050),
        ("0.1", 10),
        ("99999", 9999900),
        ("1340.4999999999999", 134050),
    ],
)
def test_money(home: Read, written: str, pence: int) -> None:
    reading = home(weekly_fee_pounds=written)
    assert reading.faults == ()
    assert reading.world is not None
    assert reading.world.home("H-1").weekly_fee_pence == pence


@pytest.mark.parametrize("written", ["1340.505", "-5", "a lot", "100000.01"])
def test_what_is_no_money(home: Read, written: str) -> None:
    (fault,) = home(weekly_fee_pounds=written).faults
    assert "is not an amount in pounds and pence up to £100,000" in fault.sentence


@pytest.mark.parametrize("written", ["hp137pr", "HP13 7PR", " hp13  7pr", "HP13\u00a07PR"])
def test_postcodes(child: Read, written: str) -> None:
    reading = child(home_postcode=written)
    assert reading.world is not None
    assert reading.world.child("C-1").home_postcode == "HP13 7PR"
    assert reading.warnings == ()


def test_what_is_no_postcode(child: Read) -> None:
    (fault,) = child(home_postcode="HP13 7ZZZ").faults
    assert fault.sentence == (
        'children.csv, row 2, column home_postcode: "HP13 7ZZZ" is not a postcode. Correct it, or '
        "leave it empty to record it as not known."
    )


@pytest.mark.parametrize(
    ("postcode", "instead"),
    [
        ("ZZ9 9ZZ", "distances from it are unknown"),
        ("HP13 9ZZ", "the middle of HP13 stands in for it"),
    ],
)
def test_a_postcode_that_does_not_exist_is_kept_and_warned_of(
    child: Read, postcode: str, instead: str
) -> None:
    reading = child(home_postcode=postcode)
    assert reading.complete
    (warning,) = reading.warnings
    assert warning.sentence == (
        f'children.csv, row 2, column home_postcode: "{postcode}" is in no directory of postcodes; '
        f"{instead}. Check it with its source."
    )
    assert reading.world is not None
    assert reading.world.locations[postcode].postcode == postcode


@pytest.mark.parametrize("written", ["MALE", "m", "1", "Male"])
def test_codes_may_be_written_in_words(child: Read, written: str) -> None:
    reading = child(sex=written, ethnicity="white british")
    assert reading.world is not None
    assert reading.world.child("C-1").sex is Sex.MALE
    assert reading.world.child("C-1").ethnicity is Ethnicity.WBRI


def test_a_number_below_nought_is_no_code(child: Read) -> None:
    # Many systems export -1 for what is not known; read as 1 it would be a boy.
    (fault,) = child(sex="-1").faults
    assert '"-1" is none of the codes 1 and 2' in fault.sentence


def test_a_near_code_is_suggested(home: Read) -> None:
    (fault,) = home(setting="Childrens hom").faults
    assert 'Did you mean "childrens_home"? Correct it.' in fault.sentence


def test_lists(home: Read, child: Read) -> None:
    reading = home(
        household_own_children_ages="3; 5 ;",
        household_languages="Polish;english",
        adaptations="none",
        household_ethnicities="NONE",
    )
    assert reading.world is not None
    found = reading.world.home("H-1")
    assert found.household.own_children_ages == (3, 5)
    assert found.household.languages == {"polish", "english"}
    assert found.adaptations == frozenset()
    assert found.household.ethnicities == frozenset()
    assert found.household.religions is None
    again = child(adaptations="hoist;Wheelchair access")
    assert again.world is not None
    assert again.world.child("C-1").adaptations == {Adaptation.HOIST, Adaptation.WHEELCHAIR_ACCESS}


def test_a_bad_item_of_a_list(home: Read) -> None:
    (fault,) = home(household_own_children_ages="3;40").faults
    assert '"3;40" holds an item that is not a whole number from 0 to 25' in fault.sentence


def test_names_are_never_repeated(child: Read) -> None:
    (fault,) = child(child_id="Samantha Smith").faults
    assert "Samantha" not in fault.sentence
    assert "Use a pseudonym, never a name" in fault.sentence
    (fault,) = child(religion="sam@example.org").faults
    assert "sam" not in fault.sentence.replace("same", "")


def test_terms_of_approval_may_be_seen_and_set_no_limit(home: Read) -> None:
    assert home().world.home("H-1").terms is None
    assert home(terms_recorded="no").world.home("H-1").terms is None
    unlimited = home(terms_recorded="yes").world.home("H-1").terms
    assert unlimited is not None
    assert unlimited.age_to is None
    assert home(approved_age_to="10").world.home("H-1").terms.age_to == 10
    (fault,) = home(terms_recorded="no", approved_age_to="10").faults
    assert fault.row == 2
    assert "terms_recorded says that they are not" in fault.sentence


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("30/03/1985", "makes the child 40 years old on 31/03/2025"),
        ("31/03/1999", "makes the child 26 years old"),
        ("01/04/2025", "is after the date of the data, 31/03/2025"),
    ],
)
def test_an_age_that_cannot_be(child: Read, born: str, said: str) -> None:
    (fault,) = child(date_of_birth=born).faults
    assert said in fault.sentence
    assert fault.value == born


def test_twenty_five_is_not_too_old(child: Read) -> None:
    assert child(date_of_birth="01/04/1999").faults == ()


def test_every_fault_of_a_row_is_told_at_once(child: Read) -> None:
    reading = child(date_of_birth="soon", sex="7", home_postcode="nowhere", school_urn="12")
    assert [fault.column for fault in reading.faults] == [
        "date_of_birth",
        "sex",
        "school_urn",
        "home_postcode",
    ]


def test_what_belongs_together(child: Read, home: Read) -> None:
    (fault,) = child(school_urn="123456").faults
    assert fault.column == "school_postcode"
    assert "is empty, and other columns need it" in fault.sentence
    (fault,) = home(beds_usable="3").faults
    assert fault.sentence == (
        "homes.csv, row 2: usable beds are at most those approved. Correct the row."
    )


def test_invisible_spaces_and_spreadsheet_errors(child: Read) -> None:
    reading = child(child_id="\ufeffC-1\u200b", religion="#ref")
    assert reading.world is not None
    assert list(reading.world.children) == ["C-1"]
    (fault,) = child(religion="#REF!").faults
    assert "the value is an error that the spreadsheet reports" in fault.sentence


def test_a_long_value_is_cut(child: Read) -> None:
    (fault,) = child(ethnicity="x" * 200).faults
    assert fault.value == "x" * 30 + "…"


def test_a_name_in_place_of_an_identifier_is_not_repeated(check: Read) -> None:
    reading = check(wishes="child_id,voice,topic\nSamantha,child,pets\n")
    assert [fault.sentence for fault in reading.faults] == [
        "wishes.csv, row 2, column child_id: the value is not in children. Add it there, or "
        "correct it here."
    ]


def test_a_postcode_with_letters_that_are_never_used_is_kept(child: Read) -> None:
    reading = child(home_postcode="hp137cc")
    assert reading.world is not None
    assert reading.world.child("C-1").home_postcode == "HP13 7CC"
    assert len(reading.warnings) == 1
