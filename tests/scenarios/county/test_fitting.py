from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.county.fitting import apportion, fit_table, round_table, spread


@given(
    st.lists(st.floats(0, 1000), min_size=1, max_size=12),
    st.integers(0, 5000),
)
@settings(derandomize=True, max_examples=200)
def test_apportioned_numbers_add_up_and_are_near_their_share(weights, total):
    whole = apportion(weights, total)
    assert whole.sum() == total
    assert (whole >= 0).all()
    if sum(weights) > 1e-6:
        exact = np.array(weights) / sum(weights) * total
        assert (np.abs(whole - exact) < 1 + 1e-6).all()


def test_ties_in_apportionment_go_to_the_earlier():
    assert apportion([1, 1, 1], 2).tolist() == [1, 1, 0]
    assert apportion([0, 0], 3).tolist() == [2, 1]


@st.composite
def tables(draw):
    rows = draw(st.integers(1, 8))
    columns = draw(st.integers(1, 6))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    affinity = rng.random((rows, columns)) * (rng.random((rows, columns)) < 0.6)
    children = draw(st.integers(1, 120))
    groups = rng.integers(0, rows, size=children)
    totals = np.bincount(rng.integers(0, columns, size=children), minlength=columns)
    return groups.astype(np.int64), totals.astype(np.int64), affinity, seed


@given(tables())
@settings(derandomize=True, max_examples=120, deadline=None)
def test_every_category_gets_exactly_its_total_whatever_the_affinities(table):
    groups, totals, affinity, seed = table
    found = spread(groups, totals, affinity, np.random.default_rng(seed))
    assert np.bincount(found, minlength=len(totals)).tolist() == totals.tolist()


def test_what_is_implausible_stays_out_where_the_totals_allow_it():
    groups = np.repeat([0, 1], [30, 70]).astype(np.int64)
    totals = np.array([20, 80])
    affinity = np.array([[0.0, 1.0], [1.0, 1.0]])
    found = spread(groups, totals, affinity, np.random.default_rng(1))
    assert (found[groups == 0] == 1).all()


def test_rounding_keeps_rows_columns_and_each_cell_within_one():
    rng = np.random.default_rng(3)
    rows = np.array([13, 29, 7, 51])
    columns = np.array([20, 33, 47])
    table = fit_table(rows, columns, rng.random((4, 3)) + 0.01)
    whole = round_table(table, rows, columns, rng)
    assert whole.sum(axis=1).tolist() == rows.tolist()
    assert whole.sum(axis=0).tolist() == columns.tolist()
    assert (np.abs(whole - table) < 1).all()


def test_rounding_ends_when_a_walk_crosses_a_column_twice():
    rows = np.array([1, 1, 1, 1])
    columns = np.array([2, 2])
    table = np.full((4, 2), 0.5)
    whole = round_table(table, rows, columns, np.random.default_rng(0))
    assert whole.sum(axis=0).tolist() == [2, 2]
    assert whole.sum(axis=1).tolist() == [1, 1, 1, 1]
