"""SSDA903 returns of any number of years: checked, joined, measured and carried forward."""

from __future__ import annotations
