from __future__ import annotations

import csv
import itertools
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arrivals import made
from matcher.errors import DataError, UsageError
from matcher.solving.online.playing import decide, play
from matcher.solving.online.playing import worth as total_worth
from matcher.solving.online.seats import NOWHERE
from matcher.solving.online.tables import OnlineInstance, Units, read_online_instance

if TYPE_CHECKING:
    from pathlib import Path

PLACES = ("Ashby", "Bourne, East", "Corby")


def write(path: Path, rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def fill(folder: Path, instance: OnlineInstance) -> Path:
    for units, where in ((instance.units, folder), (instance.training, folder / "train")):
        heading = ["unit", *instance.places]
        for name, table in (("weights", units.weights), ("compatible", units.compatible * 1)):
            body = [[u, *row] for u, row in zip(units.labels, table.tolist(), strict=True)]
            write(where / f"{name}.csv", [heading, *body])
        sizes = zip(units.labels, units.sizes.tolist(), strict=True)
        write(where / "sizes.csv", [["unit", "size"], *map(list, sizes)])
        rooms = zip(instance.places, instance.capacities.tolist(), strict=True)
        write(where / "capacities.csv", [["place", "capacity"], *map(list, rooms)])
    return folder


@pytest.fixture(scope="module")
def town() -> OnlineInstance:
    return made(seed=7, families=90, towns=6, room=1.1)


def worth(instance: OnlineInstance, assignment: dict[str, str | None]) -> float:
    """Add up an assignment independently, and refuse one that is not allowed."""
    room = dict(zip(instance.places, instance.capacities.tolist(), strict=True))
    total = 0.0
    for at, (unit, place) in enumerate(assignment.items()):
        assert unit == instance.units.labels[at]
        if place is None:
            continue
        column = instance.places.index(place)
        assert instance.units.compatible[at, column]
        room[place] -= int(instance.units.sizes[at])
        total += float(instance.units.weights[at, column])
    assert min(room.values()) >= 0
    return total


def test_looking_ahead_comes_near_hindsight_and_beats_each_batch_by_itself(
    town: OnlineInstance,
) -> None:
    found = play(town)
    assert found.total == pytest.approx(worth(town, found.assignment))
    assert found.hindsight_optimum == found.hindsight_bound
    assert found.greedy_total < found.total <= found.hindsight_bound
    assert found.ratio == found.total / found.hindsight_bound > 0.95
    assert found.trained_on == len(town.training)


def test_what_was_read_is_what_was_written_whatever_the_order(
    town: OnlineInstance, tmp_path: Path
) -> None:
    folder = fill(tmp_path / "a", town)
    read = read_online_instance(folder)
    assert play(read).assignment == play(town).assignment
    shuffled = tmp_path / "b"
    dice = random.Random(1)
    for file in sorted(folder.rglob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            heading, *body = list(csv.reader(stream))
        order = dice.sample(range(len(heading)), len(heading))
        if file.name in ("weights.csv", "compatible.csv"):
            order = [0, *(each for each in order if each)]
        if file.name != "weights.csv" or file.parent.name == "train":
            dice.shuffle(body)
        text = [
            ",".join(f'"{row[at]}"' if at % 2 else f" {row[at]} " for at in order)
            for row in (heading, *body)
        ]
        into = shuffled / file.relative_to(folder)
        into.parent.mkdir(parents=True, exist_ok=True)
        into.write_text("\ufeff" + "\r\n\r\n".join(text) + "\n,,\n", encoding="utf-8")
    again = read_online_instance(shuffled)
    assert play(again).assignment == play(read).assignment


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 9), st.integers(1, 39), st.integers(1, 12))
def test_what_comes_later_never_changes_an_earlier_decision(
    seed: int, kept: int, batch: int
) -> None:
    one = made(seed=seed, families=40, towns=4, room=1.0)
    rng = np.random.default_rng(seed + kept)
    order = np.concatenate([np.arange(kept), kept + rng.permutation(40 - kept)])
    weights = one.units.weights[order].copy()
    weights[kept:] *= rng.uniform(0, 50, weights[kept:].shape)
    sizes = one.units.sizes[order].copy()
    sizes[kept:] = rng.integers(1, 20, 40 - kept)
    allowed = one.units.compatible[order].copy()
    allowed[kept:] = rng.random(allowed[kept:].shape) < 0.5
    other = Units(one.units.labels, weights, sizes, allowed)
    changed = OnlineInstance(one.places, one.capacities, other, one.training)
    # A batch is decided about as a whole.
    same = kept // batch * batch
    assert decide(one, batch=batch)[:same].tolist() == decide(changed, batch=batch)[:same].tolist()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99), st.floats(0.3, 1.2), st.booleans())
def test_nobody_is_left_out_while_something_fits(seed: int, room: float, priced: bool) -> None:
    instance = made(seed=seed, families=30, towns=4, room=room)
    place = decide(instance, batch=7, priced=priced)
    left = instance.capacities.copy()
    units = instance.units
    for first in range(0, 30, 7):
        batch = range(first, min(first + 7, 30))
        for at in batch:
            if place[at] != NOWHERE:
                left[place[at]] -= units.sizes[at]
        for at in batch:
            if place[at] == NOWHERE:
                assert not (units.compatible[at] & (units.sizes[at] <= left)).any()


def test_to_leave_nobody_out_for_whom_there_is_room_costs_where_room_is_scarce() -> None:
    scarce = made(seed=3, families=60, towns=4, room=0.7)
    kept, free = (decide(scarce, batch=10, refusing=each) for each in (False, True))
    assert total_worth(scarce.units, free) > total_worth(scarce.units, kept)
    assert (free == NOWHERE).sum() != (kept == NOWHERE).sum()


def test_hindsight_is_what_trying_everything_gives() -> None:
    for seed in range(5):
        instance = made(seed=seed, families=5, towns=3, room=0.8)
        units = instance.units
        best = 0.0
        for places in itertools.product((NOWHERE, 0, 1, 2), repeat=5):
            used = np.zeros(3, dtype=np.int64)
            total = 0.0
            for at, place in enumerate(places):
                if place != NOWHERE:
                    used[place] += units.sizes[at]
                    total += units.weights[at, place] if units.compatible[at, place] else -np.inf
            if (used <= instance.capacities).all():
                best = max(best, total)
        assert play(instance, batch=2).hindsight_optimum == pytest.approx(best)


def small(folder: Path) -> Path:
    write(folder / "weights.csv", [["unit", *PLACES], ["a", 3, 2, 1], ["b", 3, 2, 1]])
    write(folder / "sizes.csv", [["unit", "size"], ["b", 2], ["a", 1]])
    write(folder / "capacities.csv", [["place", "capacity"], *zip(PLACES, (2, 2, 0), strict=True)])
    return folder


def test_without_compatible_and_training(tmp_path: Path) -> None:
    found = play(read_online_instance(small(tmp_path)))
    assert found.assignment == {"a": "Bourne, East", "b": "Ashby"} or found.total == 5
    assert (found.total, found.hindsight_optimum, found.trained_on) == (5, 5, 0)


def test_a_place_that_is_new_is_used_too(tmp_path: Path) -> None:
    folder = small(tmp_path)
    write(folder / "train" / "weights.csv", [["unit", "Ashby", "Elsewhere"], ["t", 1, 9]])
    write(folder / "train" / "sizes.csv", [["unit", "size"], ["t", 1]])
    found = play(read_online_instance(folder), batch=1)
    assert None not in found.assignment.values()
    assert found.trained_on == 1


@pytest.mark.parametrize(
    ("file", "rows", "sentence"),
    [
        ("weights.csv", [], "is empty"),
        ("weights.csv", [["unit", "Ashby"]], "no units"),
        ("weights.csv", [["unit", "Ashby"], ["a", "x"]], "'x' is not a number"),
        ("weights.csv", [["unit", "Ashby"], ["a", ""]], "empty"),
        ("weights.csv", [["unit", "Ashby"], ["a", "nan"]], "'nan' is not a number"),
        ("weights.csv", [["unit", "Ashby"], ["a", "1_000"]], "'1_000' is not a number"),
        ("weights.csv", [["unit", "Ashby"], ["a", "-1e308"]], r"say so in compatible\.csv"),
        ("weights.csv", [["unit", "Ashby"], ["a", 1, 2]], "3 cells"),
        ("weights.csv", [["unit", "Ashby"], ["", 1]], "no label"),
        ("weights.csv", [["unit", "Ashby", "Ashby"], ["a", 1, 1]], "occurs twice"),
        ("weights.csv", [["child", "Ashby"], ["a", 1]], "no column 'unit'"),
        ("weights.csv", [["unit", "", "Ashby"], ["a", 1, 1]], "has no heading"),
        ("weights.csv", [["unit", "Ashby"], ["a", 1], ["a", 2]], "has a row already"),
        ("sizes.csv", [["unit", "size"], ["a", 1]], "no row for the unit 'b'"),
        ("sizes.csv", [["unit", "size"], ["a", 0], ["b", 1]], "whole number from 1"),
        ("sizes.csv", [["unit", "size"], ["a", 1.5], ["b", 1]], "whole number from 1"),
        ("sizes.csv", [["unit", "people"], ["a", 1]], "no column 'size'"),
        ("sizes.csv", [["unit;size"], ["a;1"]], "parted by commas"),
        ("capacities.csv", [["place", "capacity"], ["Ashby", -1]], "whole number from 0"),
        ("compatible.csv", [["unit", "Ashby"], ["a", 1], ["b", 1]], "no column 'Bourne, East'"),
        ("compatible.csv", [["unit", *PLACES], ["a", 1, 1, 1]], "no row for the unit 'b'"),
        ("compatible.csv", [["unit", *PLACES], ["a", 2, 1, 1], ["b", 1, 1, 1]], "neither 0 nor"),
        ("train/weights.csv", [["unit", "Derby"], ["t", 1]], "none of the places"),
    ],
)
def test_a_bad_file_ends_in_a_sentence(
    tmp_path: Path, file: str, rows: list[list[object]], sentence: str
) -> None:
    folder = small(tmp_path)
    write(folder / file, rows)
    with pytest.raises(DataError, match=sentence) as caught:
        read_online_instance(folder)
    assert file in caught.value.sentence


def test_missing_and_unreadable_files_end_in_sentences(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        read_online_instance(tmp_path / "none")
    folder = small(tmp_path)
    (folder / "sizes.csv").write_bytes(b"unit,size\n\xff,1\n")
    with pytest.raises(DataError, match=r"not in UTF-8 \(byte 11\)"):
        read_online_instance(folder)
    (folder / "sizes.csv").write_text('unit,size\n"a,1\n')
    with pytest.raises(DataError, match="cannot be read as CSV"):
        read_online_instance(folder)
    (folder / "sizes.csv").unlink()
    with pytest.raises(DataError, match="no file"):
        read_online_instance(folder)
    (folder / "sizes.csv").mkdir()
    with pytest.raises(DataError, match=r"cannot be read: Is a directory\."):
        read_online_instance(folder)


def test_an_earlier_period_without_weights_is_named(tmp_path: Path) -> None:
    folder = small(tmp_path)
    (folder / "train").mkdir()
    with pytest.raises(DataError, match=r"holds no weights\.csv"):
        read_online_instance(folder)
    (folder / "train").rmdir()
    (folder / "train").write_text("not a folder")
    with pytest.raises(DataError, match=r"holds no weights\.csv"):
        read_online_instance(folder)


def test_numbers_that_make_no_sense_are_refused(town: OnlineInstance) -> None:
    with pytest.raises(UsageError, match="batch"):
        play(town, batch=0)
    with pytest.raises(UsageError, match="seconds"):
        play(town, seconds=-1)


def test_what_is_not_proved_in_time_is_not_called_the_optimum() -> None:
    instance = made(seed=3, families=200, towns=12, room=0.8)
    found = play(instance, batch=50, seconds=0)
    assert found.hindsight_optimum is None
    most = np.where(instance.units.compatible, instance.units.weights, 0).max(axis=1).sum()
    assert found.total <= found.hindsight_bound <= most * (1 + 1e-12)


@pytest.mark.parametrize("never", [-1e9, 1e9])
def test_a_weight_that_stands_for_never_changes_nothing(town: OnlineInstance, never: float) -> None:
    def marked(units: Units) -> Units:
        return replace(units, weights=np.where(units.compatible, units.weights, never))

    other = replace(town, units=marked(town.units), training=marked(town.training))
    assert play(other).assignment == play(town).assignment
    assert play(other).hindsight_optimum == play(town).hindsight_optimum


def test_a_proved_optimum_is_never_less_than_what_was_got(town: OnlineInstance) -> None:
    one = town.units.weights.copy()
    one[0] *= 1e12
    found = play(replace(town, units=replace(town.units, weights=one)))
    assert found.hindsight_optimum is not None
    assert found.total <= found.hindsight_optimum
    assert found.ratio <= 1
    lost = replace(town.units, weights=-town.units.weights)
    assert play(replace(town, units=lost)).ratio == 0
