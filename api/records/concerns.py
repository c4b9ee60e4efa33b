"""Allegations, and placements at risk of ending: what is watched, and how it came out."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from api.records.text import Words
from matcher.domain.placement import HoldScope
from matcher.domain.record import Identifier, Record, SortedSet


class AllegationOutcome(StrEnum):
    """What an allegation was found to be (Keeping children safe in education, part four)."""

    SUBSTANTIATED = "substantiated"
    MALICIOUS = "malicious"
    FALSE = "false"
    UNSUBSTANTIATED = "unsubstantiated"
    UNFOUNDED = "unfounded"


class AllegationState(StrEnum):
    """Where an allegation stands."""

    OPEN = "open"
    CLOSED = "closed"


class Allegation(Record):
    """An allegation referred to the local authority designated officer (LADO).

    Parameters
    ----------
    allegation_id
        Identifier.
    scope, target_id
        The home or the provider that it is about.
    received_at, recorded_by
        When, and by which actor.
    told_lado_on
        When the designated officer was told; None when not yet.
    hold_id
        The hold that it put on the home or the provider; None when none.
    lives_there
        The children of this authority who lived there when it was recorded.
    state
        Where it stands.
    outcome, closed_on
        What it was found to be, and when; None while it is open.
    remarks
        Anything to add, without names.
    """

    allegation_id: Identifier
    scope: HoldScope
    target_id: Identifier
    received_at: datetime
    recorded_by: Identifier
    told_lado_on: date | None = None
    hold_id: Identifier | None = None
    lives_there: SortedSet[Identifier] = frozenset()
    state: AllegationState = AllegationState.OPEN
    outcome: AllegationOutcome | None = None
    closed_on: date | None = None
    remarks: Words | None = None


class Sign(StrEnum):
    """A sign that a placement may end before it should."""

    CARER_ASKED_FOR_HELP = "carer_asked_for_help"
    MISSING = "missing"
    SCHOOL_EXCLUSION = "school_exclusion"
    CHILD_ASKS_TO_LEAVE = "child_asks_to_leave"
    POLICE_CALLED = "police_called"
    NEED_HAS_GROWN = "need_has_grown"
    ALLEGATION = "allegation"
    CARER_UNDER_STRAIN = "carer_under_strain"
    PROVIDER_FAILING = "provider_failing"


class WatchState(StrEnum):
    """Where a watch stands."""

    WATCHED = "watched"
    STEADY = "steady"
    ENDED = "ended"


class Watch(Record):
    """A placement at risk, and what is done about it.

    Parameters
    ----------
    watch_id, placement_id, child_id
        Identifiers.
    signs
        What was noticed.
    since, next_look_on
        When it was put on the list, and when it is looked at again.
    support
        What was put in to keep the placement.
    state
        Watched, steady again, or the placement has ended.
    closed_on
        When it came off the list; None while it is on.
    """

    watch_id: Identifier
    placement_id: Identifier
    child_id: Identifier
    signs: SortedSet[Sign]
    since: date
    next_look_on: date
    support: Words | None = None
    state: WatchState = WatchState.WATCHED
    closed_on: date | None = None
