"""What is better never scores lower, and what no criterion uses changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.criteria.catalogue import CRITERIA
from matcher.domain.child import Contact, ContactWith, School
from matcher.domain.codes import CategoryOfNeed, Ethnicity, LegalStatus, Sex
from matcher.domain.home import Household, Setting
from matcher.domain.need import Capability, Need, NeedDomain
from matcher.evidence.cases import PairCase
from matcher.geography.location import Location, Precision
from matcher.policy import NeedsFit
from tests.matcher.criteria.one_case import BALANCED, TODAY, a_child, a_home, judged
from tests.properties.test_criteria_agree import Draw

if TYPE_CHECKING:
    from matcher.criteria.criterion import Score
    from matcher.policy import Policy

words = st.sampled_from(["english", "polish", "urdu"])
levels = st.dictionaries(st.sampled_from(NeedDomain), st.integers(0, 4), min_size=1, max_size=5)
staffed_or_not = st.sampled_from([Setting.FOSTER, Setting.CHILDRENS_HOME])


def worth(score: Score, name: str, policy: Policy = BALANCED) -> float:
    """What the score counts for, unknown or not."""
    return policy.unknown_score(name) if score.share is None else score.share


@settings(max_examples=60)
@given(near=st.integers(0, 120_000), further=st.integers(0, 120_000))
def test_nearer_never_scores_lower(near: int, further: int) -> None:
    places = {
        code: Location(code, 480_000 + metres, 200_000, "E06000060", Precision.POSTCODE)
        for code, metres in (("A1 1AA", 0), ("B1 1BB", near), ("C1 1CC", near + further))
    }
    child = a_child(
        home_postcode="A1 1AA",
        school=School(postcode="A1 1AA"),
        contacts=(Contact(with_whom=ContactWith.PARENT, postcode="A1 1AA", times_a_month=3),),
    )
    for name in ("near_home", "school", "contact_travel", "value_for_money"):
        shares = [
            judged(
                name,
                child,
                a_home(postcode=postcode, weekly_fee_pence=50_000),
                locations=places,
            ).share
            for postcode in ("B1 1BB", "C1 1CC")
        ]
        assert shares[0] is not None
        assert shares[1] is not None
        assert shares[0] >= shares[1], name


@settings(max_examples=75)
@given(needed=levels, can=levels, more=st.data(), setting=staffed_or_not)
def test_more_capability_up_to_the_need_never_scores_lower(
    needed: dict[NeedDomain, int],
    can: dict[NeedDomain, int],
    more: st.DataObject,
    setting: Setting,
) -> None:
    improvable = [each for each in can if can[each] < needed.get(each, 0)]
    if not improvable:
        return
    domain = more.draw(st.sampled_from(improvable))
    better = {**can, domain: more.draw(st.integers(can[domain], needed[domain]))}
    child = a_child(needs=tuple(Need(domain=d, level=level) for d, level in needed.items()))

    def score(levels: dict[NeedDomain, int]) -> float:
        home = a_home(
            setting=setting,
            capabilities=tuple(Capability(domain=d, level=at) for d, at in levels.items()),
        )
        return worth(judged("needs_fit", child, home), "needs_fit")

    assert score(better) >= score(can) - 1e-12


@settings(max_examples=60)
@given(cheap=st.integers(0, 1_000_000), dearer=st.integers(0, 1_000_000))
def test_cheaper_never_scores_lower(cheap: int, dearer: int) -> None:
    first, second = (
        judged("value_for_money", a_child(), a_home(weekly_fee_pence=pence)).share
        for pence in (cheap, cheap + dearer)
    )
    assert first is not None
    assert second is not None
    assert first >= second


@settings(max_examples=75)
@given(
    ethnicity=st.sampled_from(Ethnicity),
    religion=st.none() | words,
    languages=st.lists(words, max_size=3, unique=True).map(tuple),
    household=st.builds(
        Household,
        ethnicities=st.none() | st.frozensets(st.sampled_from(Ethnicity), max_size=3),
        religions=st.none() | st.frozensets(words),
        languages=st.none() | st.frozensets(words),
    ),
)
def test_another_matched_identity_never_scores_lower(
    ethnicity: Ethnicity,
    religion: str | None,
    languages: tuple[str, ...],
    household: Household,
) -> None:
    child = a_child(ethnicity=ethnicity, religion=religion, languages=languages)
    matches: dict[str, frozenset[Any]] = {"ethnicities": frozenset({ethnicity})}
    if religion is not None:
        matches["religions"] = frozenset({religion})
    if languages:
        matches["languages"] = frozenset({languages[0]})
    # A match can only be added to what is recorded: a household of which the languages are
    # unknown may speak them all, and is scored half way.
    before = worth(judged("identity", child, a_home(household=household)), "identity")
    for field, word in matches.items():
        recorded = getattr(household, field)
        if recorded is None or (field == "ethnicities" and _all_refused(recorded)):
            continue
        more = household.replace(**{field: recorded | word})
        after = worth(judged("identity", child, a_home(household=more)), "identity")
        assert after >= before - 1e-12, field


def _all_refused(recorded: frozenset[Ethnicity]) -> bool:
    return bool(recorded) and all(each.group is None for each in recorded)


UNUSED: dict[str, Any] = {
    "sex": st.sampled_from(Sex),
    "legal_status": st.sampled_from(LegalStatus),
    "category_of_need": st.sampled_from(CategoryOfNeed),
    "ehcp": st.booleans(),
    "may_share_bedroom": st.booleans(),
    "deprivation_of_liberty": st.booleans(),
}
"""Fields of a child that no criterion looks at; sex is a protected characteristic."""

IDENTITY = ("ethnicity", "religion", "languages")
AND_THE_WISHES_ABOUT_IT = {"identity", "child_wishes", "family_views"}


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), changes=st.fixed_dictionaries(UNUSED))
def test_what_no_criterion_uses_changes_nothing(seed: int, changes: dict[str, Any]) -> None:
    draw = Draw(seed)
    world = draw.world()
    child, home = draw.one(world.children.values()), draw.one(world.homes.values())
    assert _scores(world, child, home) == _scores(world, child.replace(**changes), home)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), other=st.sampled_from(Ethnicity), words=st.sets(words))
def test_ethnicity_religion_and_language_count_where_they_are_asked_for_only(
    seed: int, other: Ethnicity, words: set[str]
) -> None:
    draw = Draw(seed)
    world = draw.world()
    child, home = draw.one(world.children.values()), draw.one(world.homes.values())
    swapped = child.replace(ethnicity=other, religion="welsh", languages=tuple(sorted(words)))
    before, after = _scores(world, child, home), _scores(world, swapped, home)
    for name in before.keys() - AND_THE_WISHES_ABOUT_IT:
        assert before[name] == after[name]


def _scores(world: Any, child: Any, home: Any) -> dict[str, tuple[float | None, str, str, bool]]:
    case = PairCase(child, home, world, BALANCED, TODAY)
    scores = {each.name: each.judge(case, (child,)) for each in CRITERIA}
    return {
        name: (each.share, each.sentence, each.gap, each.applies) for name, each in scores.items()
    }


def test_each_criterion_says_what_it_looks_at() -> None:
    looked_at = {field for each in CRITERIA for field in each.needs}
    assert not {f"child.{field}" for field in UNUSED} & looked_at
    for each in CRITERIA:
        uses_identity = {f"child.{field}" for field in IDENTITY} & set(each.needs)
        assert bool(uses_identity) == (each.name in AND_THE_WISHES_ABOUT_IT), each.name


@given(step=st.floats(0, 0.25), half=st.floats(0.1, 50))
@settings(max_examples=30)
def test_whatever_the_policy_says_the_share_stays_between_nothing_and_all(
    step: float, half: float
) -> None:
    policy = BALANCED.replace(needs_fit=NeedsFit(surplus_step=step, half_at_loss=half))
    child = a_child(needs=(Need(domain=NeedDomain.HEALTH, level=0),))
    home = a_home(
        setting=Setting.SECURE, capabilities=(Capability(domain=NeedDomain.HEALTH, level=4),)
    )
    share = judged("needs_fit", child, home, policy=policy).share
    assert share is not None
    assert 0 <= share <= 1
