"""Every operation that the service documents, asked with data made up from its own description.

What is answered must be documented and must not be a fault of ours. Identifiers in addresses
are now and then those of records that are there, so that more than "not found" is reached.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import schemathesis
import schemathesis.specs.openapi.schemas  # it would be loaded while threads of the service run
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastapi import FastAPI

    from matcher.domain.world import World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OTHER_SERVICES = "/v1/oidc/"
"""Operations that lead to a council's sign-in service, which has tests of its own."""


@dataclass
class Asked:
    """What came of asking.

    Parameters
    ----------
    operations
        How many were asked.
    answers
        How many answers there were, by status.
    faults
        What should not be, a line each.
    """

    operations: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def ask_all(
    app: FastAPI,
    headers: Callable[[], Mapping[str, str]],
    *,
    examples: int,
    known: Mapping[str, Sequence[str]] | None = None,
    wrongly: bool = False,
    only: str | None = None,
    every: tuple[int, int] = (1, 0),
) -> Asked:
    """Ask every operation.

    Parameters
    ----------
    app
        The service.
    headers
        Returns what identifies who asks; called again when they are signed out.
    examples
        How often each operation is asked.
    known
        Identifiers that are there, by the name of a parameter of addresses.
    wrongly
        Whether to ask with what the description does not allow, too.
    only
        Part of the addresses of the operations to ask; None for all.
    every
        Ask every so many-th operation, and with which of them to begin.
    """
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    asked = Asked()
    modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if wrongly else [])]
    signed = {"headers": headers()}
    step, first = every
    for at, found in enumerate(schema.get_all_operations()):
        operation: Any = found.ok()  # type: ignore[union-attr]  # our own description is valid
        if operation.path.startswith(OTHER_SERVICES) or (only and only not in operation.path):
            continue
        if at % step != first:
            continue
        asked.operations += 1
        for mode in modes:
            strategy = operation.as_strategy(generation_mode=mode)
            written = operation.get_strategies_from_examples()
            if written and mode is GenerationMode.POSITIVE:
                strategy = st.one_of(*written, strategy)
            _ask(strategy, asked, examples, headers, signed, known or {})
    return asked


def known_identifiers(world: World) -> dict[str, list[str]]:
    """Return identifiers of records that are there, by the names that addresses give them.

    Parameters
    ----------
    world
        What was loaded into the service.
    """
    return {
        "child_id": sorted(world.children),
        "home_id": sorted(world.homes),
        "provider_id": sorted(world.providers),
        "agreement_id": sorted(world.agreements),
        "group_id": sorted(world.sibling_groups),
        "referral_id": sorted(world.referrals),
        "resident_id": sorted(world.residents),
        "placement_id": [f"PL-{child_id}" for child_id in sorted(world.placements)],
    }


def _ask(
    strategy: Any,
    asked: Asked,
    examples: int,
    headers: Callable[[], Mapping[str, str]],
    signed: dict[str, Mapping[str, str]],
    known: Mapping[str, Sequence[str]],
) -> None:
    @seed(1)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, chance=st.integers(0, 2**32))
    def once(case: Any, chance: int) -> None:
        for name in case.path_parameters or {}:
            if known.get(name) and chance % 3:
                case.path_parameters[name] = random.Random(chance).choice(known[name])
        sent = {**(case.headers or {})}
        answer = case.call(headers={**sent, **signed["headers"]})
        if answer.status_code == 401 and signed["headers"]:
            signed["headers"] = headers()
            answer = case.call(headers={**sent, **signed["headers"]})
        asked.answers[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            asked.faults += [_line(case, answer, each) for each in group.exceptions]

    # What takes nothing cannot be asked wrongly.
    with suppress(Unsatisfiable):
        once()


def _line(case: Any, answer: Any, failure: Exception) -> str:
    title = failure.title if isinstance(failure, Failure) else type(failure).__name__
    where = f"{case.method.upper()} {case.operation.path}"
    said = failure.message if isinstance(failure, Failure) else ""
    return f"{where} -> {answer.status_code}: {title}: {' '.join(said.split())[:300]}"
