"""The version of the software, for the stamp on every result."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("nearhome")
except PackageNotFoundError:  # pragma: no cover - a checkout that was never installed
    VERSION = "not installed"
