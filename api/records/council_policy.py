"""The council's own policy: what counts for how much in its rankings and plans."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from matcher.domain.record import Record
from matcher.errors import PolicyError
from matcher.policy import SHIPPED, Policy, parse_policy

COUNCIL = "council"
"""The identifier of every authority's one policy; its earlier versions are kept."""

LONGEST = 60_000
"""Characters of a policy file."""


class CouncilPolicy(Record):
    """A policy as the council has set it.

    Parameters
    ----------
    policy_id
        Always ``council``.
    text
        The policy file, TOML, with its comments.
    """

    policy_id: Literal["council"] = "council"
    text: Annotated[str, Field(min_length=1, max_length=LONGEST)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        try:
            name = self.policy.name
        except PolicyError as error:
            raise ValueError(error.sentence) from None
        if name in SHIPPED:
            raise ValueError(
                f"{name!r} is the name of a policy that comes with Near Home; give the council's "
                "own another, so that nobody takes one for the other"
            )
        return self

    @property
    def policy(self) -> Policy:
        """The policy that the text says."""
        return _parsed(self.text)


@lru_cache(maxsize=32)
def _parsed(text: str) -> Policy:
    return parse_policy(text, origin="the council's policy")
