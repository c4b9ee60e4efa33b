"""Judges ways to decide as children come: the same futures, decided differently."""

from __future__ import annotations
