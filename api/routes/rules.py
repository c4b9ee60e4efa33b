"""Which rule stands before each route, read off the routes themselves."""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.access.permissions import CLIENT_SCOPES, ROLE_PERMISSIONS
from api.records.actor import Permission, Role
from api.routes.dependencies import Allowed
from api.routes.openness import ForStrangers

OPEN_TO_MACHINES = frozenset({"/healthz", "/readyz", "/metrics", "/problems", "/openapi.json"})
"""Outside /v1, about the service itself, with nothing about anybody in it."""


class RouteRule(NamedTuple):
    """What somebody must hold to ask one route."""

    method: str
    path: str
    operation_id: str
    summary: str
    permission: Permission | None
    """None where a stranger may ask, or where no rule stands."""
    why_open: str | None
    """Why a stranger may ask; None where nobody may without the permission."""

    @property
    def ruled(self) -> bool:
        """Whether any rule stands before it."""
        return (self.permission is None) != (self.why_open is None)

    def open_to(self, role: Role) -> bool:
        """Whether somebody of a role may ask."""
        return self.permission is None or self.permission in ROLE_PERMISSIONS[role]

    @property
    def open_to_systems(self) -> bool:
        """Whether another system may be given the scope for it."""
        return self.permission is None or self.permission in CLIENT_SCOPES


def route_rules(app: FastAPI) -> list[RouteRule]:
    """Return the rule of every route, by path and method.

    Parameters
    ----------
    app
        The service.
    """
    found = []
    for route in (context.original_route for context in iter_route_contexts(app.routes)):
        if not isinstance(route, APIRoute) or route.path in OPEN_TO_MACHINES:
            continue
        permissions = set()
        reasons = set()
        for call in _calls(route.dependant):
            if isinstance(call, Allowed):
                permissions.add(call.permission)
            elif isinstance(call, ForStrangers):
                reasons.add(call.why)
        if len(permissions) + len(reasons) > 1:
            raise ValueError(f"{route.path}: more than one rule stands before this route")
        found += [
            RouteRule(
                method,
                route.path,
                route.operation_id or route.name,
                route.summary or "",
                next(iter(permissions), None),
                next(iter(reasons), None),
            )
            for method in sorted(route.methods or ())
        ]
    return sorted(found, key=lambda rule: (rule.path, rule.method))


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)
