"""One plan for all children at once: formulation, bounds, proof, and today's practice.

Read in this order: :mod:`~matcher.solving.items` (who may arrive together),
:mod:`~matcher.solving.options` (which home each of them may go to and what it costs),
:mod:`~matcher.solving.problem` (room, budgets, caps),
:mod:`~matcher.solving.households` (who may share a home),
:mod:`~matcher.solving.model` (one aim as rows and columns),
:mod:`~matcher.solving.multipliers` and :mod:`~matcher.solving.bound` (what no plan can beat),
:mod:`~matcher.solving.integers` (the plan), :mod:`~matcher.solving.solve` (all of it).
"""
