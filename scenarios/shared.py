"""What the variants of one replication have in common, made or found once for all of them.

Variants share their chance, so they share most of what it makes: the children who come, the
records of the first day, and what rules and criteria say of these. Nothing here changes what is
simulated: whatever is kept is kept beside everything that it follows from, and is made or asked
for anew where any of that differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcher.live.remembering import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import TypeVar

    from matcher.domain.home import Home
    from matcher.policy import Policy

    T = TypeVar("T")


class Shared:
    """What the variants of one replication share; let go of it when they are done."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[Any, Any]] = {}
        self._homes: dict[str, list[Home]] = {}
        self._memories: list[Memory] = []

    def made(self, key: Hashable, follows_from: object, make: Callable[[], T]) -> T:
        """Return what another variant made from the same, or make it.

        Parameters
        ----------
        key
            What it is called.
        follows_from
            Everything that it follows from and that may differ between variants.
        make
            Makes it; nobody may change it.
        """
        known = self._made.get(key)
        if known is not None and known[0] == follows_from:
            found: T = known[1]
            return found
        found = make()
        self._made[key] = (follows_from, found)
        return found

    def has(self, key: Hashable, follows_from: object) -> bool:
        """Whether something was noted of the same before; it is noted now."""
        known = self._made.get(key)
        if known is not None and known[0] == follows_from:
            return True
        self._made[key] = (follows_from, None)
        return False

    def home(self, home: Home) -> Home:
        """Return the record that another variant has of a home, if it is equal, else this one."""
        known = self._homes.setdefault(home.home_id, [])
        for other in known:
            if other == home:
                return other
        known.append(home)
        return home

    def memory_of(self, policy: Policy) -> Memory:
        """Return what is known of children and homes under a policy."""
        for memory in self._memories:
            if memory.serves(policy):
                return memory
        self._memories.append(Memory(policy))
        return self._memories[-1]
