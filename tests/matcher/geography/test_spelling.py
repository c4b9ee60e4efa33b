from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.geography.spelling import normalise_postcode, outcode_of


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [
        ("HP13 7PR", "HP13 7PR"),
        ("hp13 7pr", "HP13 7PR"),
        ("HP137PR", "HP13 7PR"),
        ("  HP13   7PR ", "HP13 7PR"),
        ("HP13\u00a07PR", "HP13 7PR"),
        ("h p 1 3 7 p r", "HP13 7PR"),
        ("B1  1AA", "B1 1AA"),  # as in the seven characters of the ONSPD
        ("W1A 1AA", "W1A 1AA"),
        ("w11aa", "W1 1AA"),
        ("EC1A1BB", "EC1A 1BB"),
        ("GIR 0AA", "GIR 0AA"),
        ("gir0aa", "GIR 0AA"),
        ("NPT 1AA", "NPT 1AA"),  # Newport until 1984
        ("NPT 0VA", "NPT 0VA"),  # in the ONSPD, with a letter that is no longer used
        ("BF1 0AX", "BF1 0AX"),  # a forces address in postcode form
        ("JE2 3AB", "JE2 3AB"),
        ("HP13", "HP13"),
        ("hp13 ", "HP13"),
        ("HP13 7", "HP13"),
        ("HP13 7P", "HP13"),
        ("HP1 3", "HP1"),  # not the outcode HP13
    ],
)
def test_reads_what_people_type(typed: str, spelling: str) -> None:
    assert normalise_postcode(typed) == spelling


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "HP",
        "13",
        "HP13 7ZZZ",
        "HP137",  # neither an outcode nor a whole postcode
        "BFPO 801",
        "HPX3 7PR",
        "HP13-7PR",
        "not known",
        "HP13 7PR, High Wycombe",
        "H\u03a113 7PR",  # a Greek capital that looks like P
    ],
)
def test_refuses_what_is_not_shaped_like_a_postcode(typed: str) -> None:
    assert normalise_postcode(typed) is None


postcode_texts = st.from_regex(r"[A-Za-z]{1,2}[0-9][0-9A-Za-z]? {0,2}([0-9][A-Za-z]{0,2})?")


@settings(derandomize=True, max_examples=300)
@given(st.one_of(st.text(max_size=12), postcode_texts))
def test_is_idempotent(text: str) -> None:
    spelling = normalise_postcode(text)
    if spelling is not None:
        assert normalise_postcode(spelling) == spelling
        assert normalise_postcode(spelling.lower()) == spelling


@settings(derandomize=True, max_examples=200)
@given(st.from_regex(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}", fullmatch=True))
def test_spacing_and_case_do_not_matter(spelling: str) -> None:
    assert normalise_postcode(spelling) == spelling
    assert normalise_postcode(spelling.replace(" ", "").lower()) == spelling
    assert outcode_of(spelling) == outcode_of(outcode_of(spelling)) == spelling[:-4]
