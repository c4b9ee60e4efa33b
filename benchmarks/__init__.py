"""Measurements, run from the checkout; not in the wheel."""
