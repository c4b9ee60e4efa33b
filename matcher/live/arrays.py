"""The arrays over all homes, changed in place."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.columns import (
    LIVING,
    agreements_of,
    authorities_of,
    columns_of,
    describe_occupants,
    facts_of_homes,
    holds_of,
)
from matcher.domain.purchase import block_beds_left
from matcher.evidence.arrays import HomeArrays
from matcher.evidence.purchases import agreement_arrays
from matcher.live.where import ConnectedTo, HomeOfOccupant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from matcher.domain.home import Home
    from matcher.domain.world import World

BY_HOME = tuple(
    each.name
    for each in fields(HomeArrays)
    if each.name not in {"world", "ids", "index", "authorities", "purchases", "holds"}
    and each.name not in {"connected_to", "home_of_occupant", "avoided_by_occupants"}
    and not each.name.startswith("_")
)
"""Columns with one entry a home."""


class LiveArrays:
    """Arrays over the homes of a World that changes, in the order of home identifiers.

    Providers, agreements and sibling groups have the positions in which the World came to
    know them; :meth:`snapshot` puts them in order.

    Parameters
    ----------
    view
        The World as it is now; it changes under these arrays.
    """

    def __init__(self, view: World) -> None:
        self.view = view
        self.epoch = 0
        """Counts changes of what homes are, whoever lives in them."""
        self.confirmed_on = view.as_of
        self.unshown: set[str] = set()
        """Homes whose vacancies were confirmed on that day, which their records do not show."""
        self.rebuild()

    def rebuild(self) -> None:
        """Make everything anew from the World."""
        view = self.view
        homes: dict[str, Home] = view.homes  # type: ignore[assignment]
        ordered = sorted(homes.items())
        homes.clear()
        homes.update(ordered)
        self.homes = columns_of(view)
        self._set(home_of_occupant=HomeOfOccupant(self), connected_to=ConnectedTo(self))
        self.epoch += 1
        self.vacancies_confirmed(self.unshown)
        self._blocks = _blocks(view)
        self.group_at = {group_id: at for at, group_id in enumerate(view.sibling_groups)}
        self._foes: dict[str, list[frozenset[str]]] = {}
        self._wary: set[str] = set()
        self._avoided: dict[str, list[int]] = {}
        self._undescribed: set[str] = set()
        for home_id, there in view.occupants.items():
            self._note(home_id, there)
            for foes in self._foes.get(home_id, ()):
                self._avoid(foes, self.homes.index[home_id])
        self._forget_people()

    def _note(self, home_id: str, there: Sequence[Any]) -> None:
        foes = [each.incompatible_with for each in there if each.incompatible_with]
        if foes:
            self._foes[home_id] = foes
        if any(each.child is not None and each.child.household_risks for each in there):
            self._wary.add(home_id)

    # Who lives there ----------------------------------------------------------------------

    def people_changed(self, home_ids: Iterable[str]) -> None:
        """Write down anew how many live in some homes; what they are like, once it is asked for."""
        homes = self.homes
        index, living, occupied = homes.index, self.view.occupants, homes.occupied
        for home_id in home_ids:
            occupied[index[home_id]] = len(living.get(home_id, ()))
            self._undescribed.add(home_id)
        self.beds_of_blocks()
        self._forget_people()

    def describe(self) -> None:
        """Write down what those are like who live where somebody came or went.

        Decisions ask household rules about the people themselves, of the few homes that are
        left, so nobody needs these columns but whoever asks for all of them.
        """
        homes = self.homes
        index, living = homes.index, self.view.occupants
        everywhere = [index[home_id] for home_id in self._undescribed]
        for name, (_, empty) in LIVING.items():
            getattr(homes, name)[everywhere] = empty
        for home_id in self._undescribed:
            at = index[home_id]
            for foes in self._foes.pop(home_id, ()):
                self._avoid(foes, at, no_longer=True)
            self._wary.discard(home_id)
            there = living.get(home_id, ())
            if there:
                describe_occupants(
                    homes.__dict__, at, there, self._groups(there), self.view.authority
                )
                self._note(home_id, there)
                for foes in self._foes.get(home_id, ()):
                    self._avoid(foes, at)
        self._undescribed.clear()
        self._forget_people()
        wary = sorted(index[home_id] for home_id in self._wary if home_id in index)
        homes._kept_for_now["homes_with_risks"] = np.array(wary, dtype=np.intp)

    def beds_of_blocks(self) -> None:
        """Count anew the prepaid beds of blocks that are left."""
        table, view = self.homes.purchases, self.view
        for at in self._blocks:
            left = block_beds_left(view, view.agreements[table.ids[at]])
            if left != table.block_left[at]:
                table.block_left[at] = left
                self.homes._kept_today.clear()

    def _forget_people(self) -> None:
        kept = self.homes._kept_for_now
        kept.clear()
        # New groups come last here, wherever their names would put them.
        kept["group_positions"] = self.group_at

    def _forget_facts(self) -> None:
        self.homes._kept.clear()
        self.homes._kept_today.clear()
        self.homes.__dict__.pop("records", None)
        self.epoch += 1
        self._forget_people()

    def _groups(self, there: Sequence[Any]) -> dict[str, int]:
        for each in there:
            if each.sibling_group_id is not None:
                self.place_of_group(each.sibling_group_id)
        return self.group_at

    def place_of_group(self, group_id: str) -> int:
        """Return the position of a sibling group, a new one if it is new."""
        return self.group_at.setdefault(group_id, len(self.group_at))

    def _avoid(self, foes: frozenset[str], at: int, *, no_longer: bool = False) -> None:
        avoided: dict[str, tuple[int, ...]] = self.homes.avoided_by_occupants  # type: ignore[assignment]
        for child_id in foes:
            # Several of a home may avoid the same child: one entry each, shown once.
            positions = self._avoided.setdefault(child_id, [])
            if no_longer:
                positions.remove(at)
            else:
                positions.append(at)
            if positions:
                avoided[child_id] = tuple(sorted(set(positions)))
            else:
                del self._avoided[child_id]
                avoided.pop(child_id, None)

    def day_changed(self) -> None:
        """Forget what was so on another day."""
        self.homes._kept_today.clear()
        self._forget_people()

    def facts_changed(self) -> None:
        """Forget what was kept of homes."""
        self._forget_facts()

    # Homes, agreements, holds -----------------------------------------------------------------

    def homes_changed(self, home_ids: set[str]) -> None:
        """Write down anew what some homes are: opened, closed or changed."""
        homes, view = self.homes, self.view
        here = sorted(each for each in home_ids if each in view.homes)
        records = [view.homes[each] for each in here]
        if not homes.n or set(authorities_of(view, records)) - set(homes.authorities):
            self.rebuild()
            return
        opened = [each for each in here if each not in homes.index]
        closed = [each for each in home_ids if each in homes.index and each not in view.homes]
        if opened or closed:
            self._restructure(opened, closed)
        if here:
            self._write_facts(records)
        # A hold on a provider is on the homes that are the provider's now.
        self.holds_changed()
        self._forget_facts()

    def _write_facts(self, records: Sequence[Home]) -> None:
        homes = self.homes
        at = [homes.index[home.home_id] for home in records]
        facts = facts_of_homes(self.view, records, homes.authorities)
        rows = facts.pop("agreements")
        if len(rows) > len(homes.agreements):
            more = np.full((len(rows) - len(homes.agreements), homes.n), -1, dtype=np.int32)
            self._set(agreements=np.concatenate([homes.agreements, more]))
        self.homes.agreements[:, at] = -1
        self.homes.agreements[: len(rows), at] = rows
        for name, column in facts.items():
            getattr(homes, name)[..., at] = column
        for codes in homes._codes.values():
            codes.codes[at] = [codes.code(home) for home in records]

    def _restructure(self, opened: Sequence[str], closed: Sequence[str]) -> None:
        """Make room for homes that open, and close the gaps of those that closed."""
        homes = self.homes
        gone = set(closed)
        ids = tuple(sorted([*(each for each in homes.ids if each not in gone), *opened]))
        index = dict(zip(ids, range(len(ids)), strict=True))
        new = [index[home_id] for home_id in opened]
        # Those that stay keep their order, so the old places go to what is left of the new.
        stays = np.ones(homes.n, dtype=np.bool_)
        stays[[homes.index[home_id] for home_id in closed]] = False
        old = np.ones(len(ids), dtype=np.bool_)
        old[new] = False
        # Where each column comes from: those who open are written anew, from anything.
        source = np.zeros(len(ids), dtype=np.intp)
        source[old] = stays.nonzero()[0]
        place = np.full(homes.n, -1, dtype=np.intp)
        place[stays] = old.nonzero()[0]
        moved = place.tolist()
        changed: dict[str, Any] = {"ids": ids, "index": index}
        for name in BY_HOME:
            changed[name] = getattr(homes, name).take(source, axis=-1)
        for name, (_, empty) in LIVING.items():
            changed[name][new] = empty
        for codes in homes._codes.values():
            codes.codes = codes.codes.take(source)
        self._avoided = {
            child_id: [moved[at] for at in positions if moved[at] >= 0]
            for child_id, positions in self._avoided.items()
        }
        self._avoided = {child_id: at for child_id, at in self._avoided.items() if at}
        changed["avoided_by_occupants"] = {
            child_id: tuple(sorted(set(at))) for child_id, at in self._avoided.items()
        }
        for home_id in closed:
            self._foes.pop(home_id, None)
            self._wary.discard(home_id)
            self._undescribed.discard(home_id)
        self._set(**changed)

    def holds_changed(self) -> None:
        """Write down anew the holds on homes and providers."""
        self._set(holds=holds_of(self.view, self.homes.index))
        self.homes._kept_today.clear()
        self._forget_people()

    def agreements_changed(self) -> None:
        """Write down anew what has been agreed, and which home has which agreements."""
        view = self.view
        at = {agreement_id: position for position, agreement_id in enumerate(view.agreements)}
        self._set(
            purchases=agreement_arrays(view),
            agreements=agreements_of(view, [view.homes[each] for each in self.homes.ids], at),
        )
        self._blocks = _blocks(view)
        self._forget_facts()

    def confirm_vacancies(self, home_ids: Iterable[str]) -> None:
        """Write down that vacancies are confirmed today; records show it when asked for."""
        self.confirmed_on = self.view.as_of
        self.unshown = set(home_ids)
        self.vacancies_confirmed(self.unshown)

    def vacancies_confirmed(self, home_ids: set[str]) -> None:
        """Write down when vacancies were confirmed."""
        homes = self.homes
        everywhere = len(home_ids) == homes.n
        at = slice(None) if everywhere else [homes.index[each] for each in sorted(home_ids)]
        homes.vacancy_confirmed_on[at] = self.confirmed_on.toordinal()
        homes._kept_today.clear()

    def show_confirmed(self, home_ids: Iterable[str]) -> None:
        """Let the records of homes say when their vacancies were confirmed."""
        homes: dict[str, Home] = self.view.homes  # type: ignore[assignment]
        for home_id in self.unshown.intersection(home_ids):
            homes[home_id] = homes[home_id].model_copy(
                update={"vacancy_confirmed_on": self.confirmed_on}
            )
            self.unshown.discard(home_id)
            self.homes.__dict__.pop("records", None)

    def _set(self, **columns: Any) -> None:
        # The arrays are frozen for everybody but this class.
        self.homes.__dict__.update(columns)

    def snapshot(self, world: World) -> HomeArrays:
        """Return copies in the order that :func:`matcher.columns.columns_of` gives them.

        Parameters
        ----------
        world
            The present World, frozen.
        """
        self.describe()
        homes, view = self.homes, self.view
        found: dict[str, Any] = {name: getattr(homes, name).copy() for name in BY_HOME}
        provider = _new_places(view.providers)
        found["provider"] = provider[homes.provider].astype(np.int32)
        agreement = np.append(_new_places(view.agreements), -1)
        found["agreements"] = agreement[homes.agreements].astype(np.int32)
        rows = int((found["agreements"] >= 0).any(axis=1).sum())
        found["agreements"] = found["agreements"][:rows]
        ordered = {group_id: at for at, group_id in enumerate(world.sibling_groups)}
        group = np.full(len(self.group_at) + 2, -2, dtype=np.int32)
        for group_id, at in self.group_at.items():
            group[at] = ordered.get(group_id, -2)
        group[-1] = -1
        found["fostered_group"] = group[homes.fostered_group]
        there = np.unique(homes.authority[homes.authority >= 0])
        place = np.full(len(homes.authorities) + 1, -1, dtype=np.int16)
        place[there] = np.arange(len(there))
        found["authority"] = place[homes.authority]
        return HomeArrays(
            world=world,
            ids=homes.ids,
            index=dict(homes.index),
            authorities=tuple(homes.authorities[at] for at in there),
            purchases=agreement_arrays(world),
            holds=homes.holds.copy(),
            connected_to=dict(homes.connected_to),
            home_of_occupant=dict(homes.home_of_occupant),
            avoided_by_occupants=dict(homes.avoided_by_occupants),
            **found,
        )


def _blocks(view: World) -> tuple[int, ...]:
    """Return the positions of agreements with prepaid beds."""
    return tuple(at for at, each in enumerate(view.agreements.values()) if each.block_beds)


def _new_places(records: Iterable[str]) -> NDArray[np.int64]:
    """Return the place of each record once they are in the order of identifiers."""
    ids = list(records)
    found = np.empty(len(ids), dtype=np.int64)
    found[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return found
