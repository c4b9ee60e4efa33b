"""Figures of the service under load: `make load`."""
