"""Properties that are worked out once, when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

T = TypeVar("T")


class once(Generic[T]):
    """A cached property without the lock that :func:`functools.cached_property` takes.

    Up to Python 3.11 that lock takes longer than most of what a case is asked. Whatever is
    decorated works out the same whenever it is asked, so nothing is lost if two threads do.

    Parameters
    ----------
    make
        Works it out.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, case: None, kind: type) -> Self: ...

    @overload
    def __get__(self, case: object, kind: type) -> T: ...

    def __get__(self, case: object | None, kind: type) -> Self | T:
        """Return it, and keep it where it is found first from then on."""
        if case is None:
            return self
        found = case.__dict__[self._name] = self._make(case)
        return found
