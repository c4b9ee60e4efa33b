"""A synthetic authority on real postcodes: every person invented, every total as published."""

from __future__ import annotations

from scenarios.county.making import make_county
from scenarios.county.profile import Profile, shipped_profile
from scenarios.county.report import CountyReport, report
from scenarios.county.statistics import profile_from_statistics

__all__ = [
    "CountyReport",
    "Profile",
    "make_county",
    "profile_from_statistics",
    "report",
    "shipped_profile",
]
