"""Who the children in care are: every published total at once, and plausible together.

The variables are drawn one after the other. Each is fitted to its published total given those
drawn before it, by way of a table of affinities that says what goes with what (asylum-seeking
children are mostly boys of 16 and 17; supported accommodation is for 16 and 17 only; children
in children's homes are rarely under ten). The affinities are Near Home's own judgement but for
two that follow the national tables: distance by kind of placement, and provider by kind and
locality (DfE, Children looked after in England, 2024).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import LegalStatus, PlaceProvider
from scenarios.county.fitting import IMPLAUSIBLE, apportion, fit_table, round_table, spread
from scenarios.county.labels import (
    AGE_BANDS,
    AGE_LABELS,
    CELL_LABELS,
    DISTANCE_LABELS,
    ETHNIC_LABELS,
    LEGAL,
    LEGAL_LABELS,
    LOCALITY_LABELS,
    NEED_LABELS,
    NOT_REPORTED,
    PLACEMENT_LABELS,
    PROVIDER_LABELS,
    PROVIDERS,
    SEX_LABELS,
    Cell,
    Kind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

NEVER = IMPLAUSIBLE


# Rows are age bands, columns the kinds of placement in the order of Kind.
_KIND_BY_AGE = np.array(
    [
        [10, NEVER, 0.2, 1.5, 0.8, 1.2, NEVER, NEVER],
        [10, NEVER, 0.2, 0.1, 2.0, 1.2, NEVER, 0.001],
        [10, NEVER, 0.2, 0.02, 0.6, 0.9, 0.05, 0.3],
        [7, NEVER, 0.3, 0.05, NEVER, 0.5, 0.2, 4.5],
        [5, 5.0, 0.6, 0.3, NEVER, 0.3, 0.1, 3.0],
    ]
)
# Rows are age bands, columns legal statuses in the order of LEGAL.
_LEGAL_BY_AGE = np.array(
    [
        [6, 0.3, 1.5, 1.2, 0.1, NEVER],
        [3, 2, 2.5, 0.8, 0.05, NEVER],
        [2, 5, 0.5, 0.8, 0.05, NEVER],
        [1, 6, 0.01, 1.2, 0.05, 0.05],
        [0.4, 6, NEVER, 1.8, 0.05, 0.2],
    ]
)
# National, 31 March 2024: thousands of children by kind of placement and cell.
_CELL_BY_KIND = np.array(
    [
        [29.0, 13.8, 2.56, 8.09, 1.4, 1.5],
        [1.58, 0.89, 0.13, 0.36, 1.8, 1.5],
        [1.64, 0.93, 0.18, 1.10, 0.6, 0.7],
        [0.2, 0.2, 0.05, 0.8, 0.05, 0.1],
        [0.26, 0.49, 0.12, 0.84, 0.1, 0.1],
        [4.23, 0.62, 0.05, 0.38, 0.01, 0.01],
        [0.03, 0.02, 0.01, 0.04, 0.001, 0.001],
        [2.35, 1.96, 0.40, 3.83, 0.05, 0.05],
    ]
)
# National, 31 March 2024: tens of children by provider (PR0 to PR5, not reported),
# inside and then outside the boundary.
_PROVIDER_BY_KIND = {
    Kind.FOSTER: ([0, 2438, 4, 0, 551, 255, 0], [0, 920, 25, 0, 1239, 208, 0]),
    Kind.SUPPORTED: ([0, 25, 0, 0, 278, 50, 0], [0, 1, 0.1, 0, 265, 8, 0]),
    Kind.OTHER: ([0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 1]),
    Kind.RESIDENTIAL: ([0, 0, 0.1, 7, 21, 1, 0], [0, 0, 2, 20, 66, 5, 0]),
    Kind.ADOPTION: ([0, 32, 2, 0, 0.1, 4, 0], [0, 71, 37, 0, 1, 43, 0]),
    Kind.PARENTS: ([1, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0]),
    Kind.SCHOOL: ([0, 0.1, 0, 0, 1, 1, 0], [0, 0, 1, 0, 4, 1, 0]),
    Kind.CHILDRENS_HOME: ([0, 99, 1, 0, 160, 19, 0], [0, 0.001, 11, 0.1, 544, 30, 0]),
}


@dataclass(frozen=True)
class People:
    """The children in care, one column a variable, shape (children,).

    Parameters
    ----------
    unaccompanied, age_band, sex, ethnic, need, legal, kind, cell, provider
        Indices into the tables of this module. ``provider`` past the last of PROVIDERS
        means not reported.
    connected
        Fostered by a relative or friend.
    """

    unaccompanied: NDArray[np.bool_]
    age_band: NDArray[np.int64]
    sex: NDArray[np.int64]
    ethnic: NDArray[np.int64]
    need: NDArray[np.int64]
    legal: NDArray[np.int64]
    kind: NDArray[np.int64]
    cell: NDArray[np.int64]
    provider: NDArray[np.int64]
    connected: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of children."""
        return len(self.kind)


def draw_people(profile: Profile, size: int, streams: Streams) -> People:
    """Return children in care with the profile's totals, scaled to a number of children."""

    def totals(marginal: str, labels: Sequence[str]) -> NDArray[np.int64]:
        counts = profile.counts(marginal, size)
        return np.array([counts.get(label, 0) for label in labels], dtype=np.int64)

    def fit(
        name: str, groups: NDArray[np.int64], counts: NDArray[np.int64], affinity: object
    ) -> NDArray[np.int64]:
        table = np.asarray(affinity, dtype=np.float64)
        # A marginal whose published parts do not add up is completed in its own proportions.
        if counts.sum() != size:
            counts = apportion(counts, size)
        return spread(groups, counts, table, streams.stream(f"people.{name}"))

    asylum_total = profile.counts("Unaccompanied asylum-seeking children", size)["UASC"]
    asylum = np.zeros(size, dtype=np.int64)
    asylum[:asylum_total] = 1

    old = profile.value("asylum_aged_16")
    age = fit(
        "age",
        asylum,
        totals("Age group", list(AGE_LABELS.values())),
        [[1, 1, 1, 1, 1], [NEVER, NEVER, NEVER, 1 - old, old]],
    )
    male = profile.value("asylum_male")
    # Children in care are somewhat oftener boys; the total settles how many.
    sex = fit(
        "sex",
        asylum,
        totals("Sex", list(SEX_LABELS.values())),
        [[0.55, 0.45], [male * 20, (1 - male) / 20]],
    )
    ethnic = fit(
        "ethnicity",
        asylum,
        totals("Ethnicity", list(ETHNIC_LABELS.values())),
        [[0.72, 0.13, 0.05, 0.05, 0.01, 0.02], [0.06, 0.02, 0.22, 0.40, 0.26, 0.04]],
    )
    need = fit(
        "need",
        asylum * 5 + age,
        totals("Category of need", list(NEED_LABELS.values())),
        [
            *([62, 0.5 if band == 0 else 2.5, 1, 4, 14, 0.01 if band < 3 else 2, 0.5, 1]
              for band in range(5)),
            *([NEVER, NEVER, NEVER, 0.001, 0.001, NEVER, NEVER, 1] for _ in range(5)),
        ],
    )  # fmt: skip
    legal = fit(
        "legal",
        asylum * 5 + age,
        totals("Legal status", list(LEGAL_LABELS)),
        np.vstack([_LEGAL_BY_AGE, np.tile([0.001, 0.01, NEVER, 1, NEVER, NEVER], (5, 1))]),
    )
    kind = fit(
        "placement",
        (asylum * 5 + age) * len(LEGAL) + legal,
        totals("Placement", list(PLACEMENT_LABELS.values())),
        _kind_affinity(),
    )
    cell = fit(
        "cell", asylum * len(Kind) + kind, _cell_totals(profile, size), _cell_affinity(profile)
    )
    provider = fit(
        "provider",
        kind * 2 + np.isin(cell, [c for c in Cell if c.inside]),
        totals("Place providers", [*PROVIDER_LABELS.values(), NOT_REPORTED]),
        _provider_affinity(profile, size),
    )
    return People(
        unaccompanied=asylum.astype(bool),
        age_band=age,
        sex=sex,
        ethnic=ethnic,
        need=need,
        legal=legal,
        kind=kind,
        cell=cell,
        provider=provider,
        connected=_connected(profile, asylum, kind, provider, streams),
    )


def _kind_affinity() -> NDArray[np.float64]:
    """Return placement by asylum, age and legal status, one row a group."""
    rows = []
    for asylum in (0, 1):
        for band in range(len(AGE_BANDS)):
            for status in LEGAL:
                row = _KIND_BY_AGE[band].copy()
                if asylum:
                    row[[Kind.ADOPTION, Kind.PARENTS, Kind.RESIDENTIAL, Kind.SCHOOL]] = NEVER
                    row[Kind.CHILDRENS_HOME] *= 0.1
                # Adoption follows a placement order; placement with parents a care order.
                if status is LegalStatus.E1:
                    row[Kind.ADOPTION] *= 20
                    row[Kind.PARENTS] = NEVER
                else:
                    row[Kind.ADOPTION] = NEVER
                if status not in (LegalStatus.C1, LegalStatus.C2):
                    row[Kind.PARENTS] = NEVER
                if status is LegalStatus.V2:
                    row[Kind.SUPPORTED] *= 2
                rows.append(row)
    return np.array(rows)


def _cell_totals(profile: Profile, size: int) -> NDArray[np.int64]:
    """Return the children in each cell; suppressed cells get what the sums beside them leave."""
    marginal = "Distance between home and placement and locality of placement"
    published = {target.category: target.number for target in profile.marginal(marginal)}
    labels = list(CELL_LABELS.values())
    hidden = np.array([published.get(label) is None for label in labels]).reshape(3, 2)
    known = np.array([published.get(label) or 0 for label in labels]).reshape(3, 2)
    distance = profile.counts("Distance between home and placement", profile.children)
    locality = profile.counts("Locality of placement", profile.children)
    rows = np.array([distance.get(label, 0) for label in DISTANCE_LABELS]) - known.sum(axis=1)
    columns = np.array([locality.get(label, 0) for label in LOCALITY_LABELS]) - known.sum(axis=0)
    left = rows.sum() == columns.sum() and rows.min() >= 0 and columns.min() >= 0
    if not hidden.any() or not left:
        counts = profile.counts(marginal, size)
        return np.array([counts.get(label, 0) for label in labels], dtype=np.int64)
    rng = np.random.Generator(np.random.PCG64(0))
    filled = round_table(fit_table(rows, columns, hidden.astype(np.float64)), rows, columns, rng)
    return apportion((known + filled).reshape(6), size)


def _cell_affinity(profile: Profile) -> NDArray[np.float64]:
    """Return cell by asylum and kind of placement, one row a group."""
    counts = profile.counts("Unaccompanied asylum-seeking children", profile.children)
    cells = profile.counts(
        "Distance between home and placement and locality of placement", profile.children
    )
    unknown = sum(cells[CELL_LABELS[c]] for c in Cell if not c.known)
    known = _CELL_BY_KIND.copy()
    # Where more distances are unknown than there are asylum-seeking children, others share them.
    known[:, [Cell.UNKNOWN_INSIDE, Cell.UNKNOWN_OUTSIDE]] *= (
        1.0 if unknown > counts["UASC"] else 1e-6
    )
    hidden = np.full_like(known, 1e-6)
    hidden[:, [Cell.UNKNOWN_INSIDE, Cell.UNKNOWN_OUTSIDE]] = _CELL_BY_KIND[
        :, [Cell.UNKNOWN_INSIDE, Cell.UNKNOWN_OUTSIDE]
    ]
    return np.vstack([known, hidden])


def _provider_affinity(profile: Profile, size: int) -> NDArray[np.float64]:
    """Return provider by kind and locality (outside, then inside), one row a group."""
    scale = size / profile.children
    rows = []
    for kind in Kind:
        inside, outside = _PROVIDER_BY_KIND[kind]
        for published in (outside, inside):
            rows.append(np.maximum(np.array(published, dtype=np.float64), NEVER))
    # No more children than beds in the authority's own children's homes of each sector.
    for at, sector in enumerate(PROVIDERS):
        places = sum(
            r.places * r.homes
            for r in profile.registered
            if r.authority == profile.authority
            and r.sector is sector
            and r.setting.value == "childrens_home"
        )
        if places * scale < 1:
            rows[Kind.CHILDRENS_HOME * 2 + 1][at] = NEVER
    return np.array(rows)


def _connected(
    profile: Profile,
    asylum: NDArray[np.int64],
    kind: NDArray[np.int64],
    provider: NDArray[np.int64],
    streams: Streams,
) -> NDArray[np.bool_]:
    """Return which fostered children live with a relative or friend.

    Councils approve those carers themselves, so the council's own placements come first.
    """
    fostered = (kind == Kind.FOSTER) & (asylum == 0)
    own = provider == PROVIDERS.index(PlaceProvider.PR1)
    mixed = streams.stream("people.connected").permutation(len(kind))
    eligible = np.concatenate([mixed[(fostered & own)[mixed]], mixed[(fostered & ~own)[mixed]]])
    wanted = round(profile.value("connected_share") * int((kind == Kind.FOSTER).sum()))
    connected = np.zeros(len(kind), dtype=bool)
    connected[eligible[:wanted]] = True
    return connected
