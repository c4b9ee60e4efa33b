from __future__ import annotations

from functools import cache

import pytest

from matcher.geography.postcodes import Postcodes
from scenarios.county import make_county, shipped_profile


@pytest.fixture(scope="session")
def postcodes():
    return Postcodes.default()


@pytest.fixture(scope="session")
def county(postcodes):
    """Make a county once for each seed and size."""

    @cache
    def make(seed=7, size=1.0):
        return make_county(seed=seed, size=size, postcodes=postcodes)

    return make


@pytest.fixture(scope="session")
def profile():
    return shipped_profile()
