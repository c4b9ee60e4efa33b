"""Turns modules of plain loops into compiled functions, when that is worth the wait.

Loading numba takes half a second, so that small problems never do.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

COMPILE_ABOVE = 60_000
"""With fewer options than this, plain Python is done before the compiler is loaded."""


def worth_compiling(options: int, room: int) -> bool:
    """Whether a problem of so many options and so much room is worth loading the compiler."""
    return options + 20 * room > COMPILE_ABOVE and importlib.util.find_spec("numba") is not None


@cache
def compiled(module: ModuleType) -> dict[str, Any]:
    """Return the functions of a module, compiled in the order of its ``ORDER``."""
    import numba

    space = dict(vars(module))
    for name in module.ORDER:
        plain = FunctionType(vars(module)[name].__code__, space, name)
        plain.__module__ = module.__name__
        space[name] = numba.njit(cache=True)(plain)
    return space
