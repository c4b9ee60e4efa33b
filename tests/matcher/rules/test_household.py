"""Bedrooms: the fewest that children who arrive together need, with what is known and hoped."""

from __future__ import annotations

import pytest

from matcher.domain.codes import Sex
from matcher.rules.household import rooms_needed

BOY, GIRL = Sex.MALE, Sex.FEMALE


def sibling(age: int | None, sex: Sex | None, agreed: bool | None = None, group: str = "S-1"):
    return (age, sex, agreed, group)


@pytest.mark.parametrize(
    ("sleepers", "rooms"),
    [
        ([sibling(10, BOY)], (1, 1)),
        ([sibling(2, BOY), sibling(1, GIRL)], (1, 1)),
        ([sibling(2, BOY), sibling(3, GIRL, True)], (2, 2)),
        ([sibling(2, BOY), sibling(3, BOY, True)], (1, 1)),
        ([sibling(2, BOY, False), sibling(3, BOY, True)], (1, 1)),
        ([sibling(9, BOY, True), sibling(8, BOY, True)], (1, 1)),
        ([sibling(9, BOY, True), sibling(8, BOY)], (2, 1)),
        ([sibling(9, BOY, True), sibling(8, BOY, False)], (2, 2)),
        ([sibling(9, BOY, True), sibling(8, None, True)], (2, 1)),
        ([sibling(None, BOY), sibling(1, GIRL)], (2, 1)),
        ([sibling(None, BOY, False), sibling(1, BOY)], (2, 1)),
        ([sibling(9, BOY, True), sibling(8, BOY, True, group="S-2")], (2, 2)),
        ([(9, BOY, True, None), (8, BOY, True, None)], (2, 2)),
    ],
)
def test_two_children(sleepers, rooms):
    assert rooms_needed(sleepers) == rooms
    assert rooms_needed(sleepers[::-1]) == rooms


def test_rooms_hold_two_and_pairs_are_chosen_well():
    boys = [sibling(age, BOY, True) for age in (6, 8, 10)]
    assert rooms_needed(boys) == (2, 2)
    assert rooms_needed([*boys, sibling(12, GIRL, True), sibling(4, GIRL, True)]) == (3, 3)
    # A chain: the first may only share with the second, who may share with all.
    chain = [sibling(5, BOY, True), sibling(2, GIRL), sibling(1, BOY), sibling(2, BOY)]
    assert rooms_needed(chain) == (2, 2)
