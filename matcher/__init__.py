"""The matching engine: pure, and entered through :mod:`matcher.engine`."""
