"""What the caller asks of a run, and which peers there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]

QUICK = ("greedy", "practice")
SLOW = ("cp-sat", "group-columns")
"""Peers that take moments, and those that take all the time they are given."""


@dataclass(frozen=True)
class Settings:
    """What the caller asks of a run.

    Parameters
    ----------
    smoke
        Small and quick, to see that everything works.
    apart
        Whether every run is a process of its own; False for the tests.
    worlds
        A folder of made worlds, and of futures; None makes each anew.
    instances
        The folder of published instances; None when there is none.
    seeds
        At most so many seeds; None for all.
    peers
        Which peers run beside the solver, of those an instance has.
    peer_seconds
        How long the slow ones may search; None for as long as an instance says.
    """

    smoke: bool = False
    apart: bool = True
    worlds: Path | None = None
    instances: Path | None = None
    seeds: int | None = None
    peers: tuple[str, ...] = (*QUICK, *SLOW)
    peer_seconds: float | None = None

    @property
    def kept(self) -> Row:
        """What of it is kept with the results."""
        return {
            "smoke": self.smoke,
            "worlds_kept": self.worlds is not None,
            "seeds": self.seeds,
            "peers": list(self.peers),
            "peer_seconds": self.peer_seconds,
        }
