"""Stays and legal statuses cut into the episodes of the SSDA903 return.

An episode begins with every change of placement, of carer or of legal status, and ceases with
the next. What is stored are stays and spells of legal status; episodes follow from them.

References
----------
.. [1] Department for Education, "Looked-after children: guide to submitting data" (SSDA903),
   sections on episodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from api.records.care_placement import PlacementState, ReasonCeased
from matcher.domain.codes import ReasonForNewEpisode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.records.care_placement import CarePlacement, LegalSpell
    from matcher.domain.codes import LegalStatus, ReasonPlaceChange

FOREVER = date.max
_RNE = ReasonForNewEpisode


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode.

    Parameters
    ----------
    child_id
        Whose.
    stay
        Where the child lived.
    legal_status
        Under which.
    decom, rne
        First day, and why it began.
    dec, rec, reason
        The day it ceased, why, and why the placement changed; None while it goes on.
    """

    child_id: str
    stay: CarePlacement
    legal_status: LegalStatus
    decom: date
    rne: ReasonForNewEpisode
    dec: date | None
    rec: ReasonCeased | None
    reason: ReasonPlaceChange | None

    def by(self, day: date) -> Episode:
        """Return the episode as it was known at the end of a day."""
        if self.dec is None or self.dec <= day:
            return self
        return Episode(
            self.child_id, self.stay, self.legal_status, self.decom, self.rne, None, None, None
        )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A time in one home under one legal status."""

    stay: CarePlacement
    spell: LegalSpell
    begins: date
    ends: date


def episodes_of(
    stays: Iterable[CarePlacement], spells: Iterable[LegalSpell]
) -> tuple[Episode, ...]:
    """Return the episodes of one child, the earliest first.

    Parameters
    ----------
    stays, spells
        Of the child; those recorded by mistake are left out.
    """
    pieces = _pieces(
        [stay for stay in stays if stay.state is not PlacementState.MISTAKEN], list(spells)
    )
    found: list[Episode] = []
    for at, piece in enumerate(pieces):
        before = pieces[at - 1] if at else None
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        goes_on = after is not None and after.begins == piece.ends
        moves = after is not None and after.stay is not piece.stay
        ended = piece.ends != FOREVER
        found.append(
            Episode(
                child_id=piece.stay.child_id,
                stay=piece.stay,
                legal_status=piece.spell.legal_status,
                decom=piece.begins,
                rne=_why_it_began(piece, before),
                dec=piece.ends if ended else None,
                rec=_why_it_ceased(piece, goes_on=goes_on) if ended else None,
                reason=piece.stay.end_reason if ended and goes_on and moves else None,
            )
        )
    return tuple(found)


def _pieces(stays: Sequence[CarePlacement], spells: Sequence[LegalSpell]) -> list[_Piece]:
    pieces = []
    for stay in sorted(stays, key=lambda each: (each.started_on, each.placement_id)):
        ends = stay.ended_on or FOREVER
        for spell in sorted(spells, key=lambda each: each.starts):
            begins = max(stay.started_on, spell.starts)
            until = min(ends, spell.ended_on or FOREVER)
            # A stay of less than a night is an episode too, if nothing else is.
            if begins < until or (begins == until == stay.started_on == ends):
                pieces.append(_Piece(stay, spell, begins, until))
    return pieces


def _why_it_began(piece: _Piece, before: _Piece | None) -> ReasonForNewEpisode:
    if before is None or before.ends != piece.begins:
        return _RNE.S
    same_stay = before.stay is piece.stay
    same_carer = before.stay.home_id == piece.stay.home_id
    same_status = before.spell.legal_status is piece.spell.legal_status
    if same_stay:
        return _RNE.L
    if same_status:
        return _RNE.T if same_carer else _RNE.P
    return _RNE.U if same_carer else _RNE.B


def _why_it_ceased(piece: _Piece, *, goes_on: bool) -> ReasonCeased:
    if goes_on:
        return ReasonCeased.X1
    ceased = piece.stay.ceased
    return ReasonCeased.E8 if ceased in (None, ReasonCeased.X1) else ceased
