"""Dated changes: the small vocabulary in which every lever says what would be different.

A lever is a pure function from an outlook to an outlook, and in the end all it does is to add
some of these. Each holds from ``starts`` on, to ``ends`` (the last day, included) or for
good. What a change did is undone when it ends, unless its own text says otherwise. Changes
combine: of several that name the same assumption, all multipliers are applied first and then
everything is added; of several that set the same field of a home or of the policy, the one
that stands later in the outlook wins.
"""

from __future__ import annotations

from scenarios.changes.change import Amount, Change, Prefix, Weeks
from scenarios.changes.children import DemandShock, NumberChanges, StepDown
from scenarios.changes.homes import (
    CapabilityRises,
    HoldPlaced,
    HomeCloses,
    HomeOpens,
    HomesChange,
    ProviderFails,
)
from scenarios.changes.money import BedsShared, BlockStarts, FeesChange, MoneySpent
from scenarios.changes.rules import BudgetChanges, PolicyChanges, ProviderCapped

__all__ = [
    "Amount",
    "AnyChange",
    "BedsShared",
    "BlockStarts",
    "BudgetChanges",
    "CapabilityRises",
    "Change",
    "DemandShock",
    "FeesChange",
    "HoldPlaced",
    "HomeCloses",
    "HomeOpens",
    "HomesChange",
    "MoneySpent",
    "NumberChanges",
    "PolicyChanges",
    "Prefix",
    "ProviderCapped",
    "ProviderFails",
    "StepDown",
    "Weeks",
]

AnyChange = (
    NumberChanges
    | HomeOpens
    | HomeCloses
    | ProviderFails
    | HomesChange
    | CapabilityRises
    | MoneySpent
    | BlockStarts
    | FeesChange
    | BedsShared
    | PolicyChanges
    | BudgetChanges
    | ProviderCapped
    | StepDown
    | HoldPlaced
    | DemandShock
)
"""Every kind of change."""
