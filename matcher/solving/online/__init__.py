"""Units that arrive in batches, places whose capacity is used up: a general form for referees.

The same idea as :mod:`matcher.lookahead`, in a form that anybody can hold to their own data:
prices learnt from an earlier period keep room for those who come later.
"""

from __future__ import annotations
