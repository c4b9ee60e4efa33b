"""Records: what follows from the fields and is kept beside them."""

import pickle

import pytest

from matcher.domain.child import Child
from matcher.domain.need import Need, NeedDomain
from tests.builders import a_child

LOW = (Need(domain=NeedDomain.HEALTH, level=1),)
HARD = (*LOW, Need(domain=NeedDomain.BEHAVIOUR, level=4, non_negotiable=True))


@pytest.fixture
def asked() -> Child:
    """Return a child who has been asked for what is kept beside the fields."""
    child = a_child(needs=HARD)
    assert child.highest_need == 4
    assert child.must_be_met == HARD[1:]
    assert child.level_of == {NeedDomain.HEALTH: 1, NeedDomain.BEHAVIOUR: 4}
    return child


def test_a_copy_works_out_anew_what_follows_from_its_fields(asked: Child) -> None:
    for changed in (asked.model_copy(update={"needs": LOW}), asked.replace(needs=LOW)):
        assert changed.highest_need == 1
        assert changed.must_be_met == ()
        assert changed.level_of == {NeedDomain.HEALTH: 1}


def test_what_is_kept_beside_the_fields_is_no_part_of_a_record(asked: Child) -> None:
    never_asked = a_child(needs=HARD)
    assert asked == never_asked
    assert asked.model_dump_json() == never_asked.model_dump_json()
    assert asked.by_field().keys() == Child.model_fields.keys()
    assert pickle.loads(pickle.dumps(asked)) == never_asked


def test_nothing_is_the_highest_need_of_a_child_who_is_not_assessed() -> None:
    assert a_child(needs=()).highest_need is None
