"""Running identifiers of invented children, homes and referrals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Naming:
    """Identifiers of one county.

    Parameters
    ----------
    children, homes, referrals, groups, residents
        How many of each other counties in the same World have taken already.
    width
        Digits; the same throughout a World, so that the order of text is that of numbers.
    market
        Prefix of providers and agreements.
    """

    children: int = 0
    homes: int = 0
    referrals: int = 0
    groups: int = 0
    residents: int = 0
    width: int = 4
    market: str = ""

    def child(self, at: int) -> str:
        """Return the identifier of the child at an index."""
        return f"C-{self.children + at + 1:0{self.width}d}"

    def home(self, at: int) -> str:
        """Return the identifier of the home at an index."""
        return f"H-{self.homes + at + 1:0{self.width}d}"

    def referral(self, at: int) -> str:
        """Return the identifier of the referral at an index."""
        return f"R-{self.referrals + at + 1:0{self.width}d}"

    def group(self, at: int) -> str:
        """Return the identifier of the sibling group at an index."""
        return f"S-{self.groups + at + 1:0{self.width}d}"

    def resident(self, at: int) -> str:
        """Return the identifier of the resident at an index."""
        return f"X-{self.residents + at + 1:0{self.width}d}"
