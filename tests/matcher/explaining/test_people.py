"""A child in one line."""

from __future__ import annotations

from matcher.domain.codes import Sex
from matcher.domain.need import Need, NeedDomain
from matcher.explaining.people import child_summary
from tests.builders import AS_OF, a_child


def test_what_is_asked_first_stands_in_one_line():
    needs = (
        Need(domain=NeedDomain.SELF_HARM, level=4, non_negotiable=True),
        Need(domain=NeedDomain.HEALTH, level=3),
        Need(domain=NeedDomain.MISSING, level=1),
    )
    found = child_summary(a_child(age=12, sex=Sex.FEMALE, needs=needs, solo=True), AS_OF)
    assert found.highest_needs == ("self-harm", "health")
    assert found.sentence == (
        "C-1: girl, 12; high needs in self-harm and health; not negotiable: self-harm; "
        "must be the only child."
    )


def test_what_is_not_known_is_said():
    found = child_summary(a_child(date_of_birth=None, sex=None, needs=()), AS_OF)
    assert (found.age, found.sex) == (None, None)
    assert found.sentence == "C-1: sex not recorded, age not known; needs not assessed."
