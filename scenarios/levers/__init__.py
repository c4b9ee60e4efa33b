"""What can be changed, one file a family; each lever describes itself and combines with others."""

from scenarios.levers.catalogue import FAMILIES, LEVERS, combine, in_order
from scenarios.levers.lever import FieldFacts, Lever

__all__ = ["FAMILIES", "LEVERS", "FieldFacts", "Lever", "combine", "in_order"]
