"""One plan for all children at once: formulation, bounds, proof, and today's practice.

Read in this order: :mod:`~matcher.solving.items` (who may arrive together),
:mod:`~matcher.solving.options` (which home each of them may go to and what it costs),
:mod:`~matcher.solving.problem` (room, budgets, caps),
:mod:`~matcher.solving.households` (who may share a home),
:mod:`~matcher.solving.model` (one aim as rows and columns),
:mod:`matcher.solving.configurations` (the search, on arrays alone),
:mod:`~matcher.solving.by_configurations` (from one to the other),
:mod:`~matcher.solving.ties` (which of equally good plans),
:mod:`~matcher.solving.solve` (all of it).

A second opinion for small cases, by other code and another integer solver, is
:mod:`~matcher.solving.by_options`, with :mod:`~matcher.solving.relaxation`,
:mod:`~matcher.solving.multipliers`, :mod:`~matcher.solving.bound` and
:mod:`~matcher.solving.integers`.

A region or a country: :mod:`~matcher.solving.shortlists` (options kept),
:mod:`~matcher.solving.auction` with :mod:`~matcher.solving.bidding` and
:mod:`~matcher.solving.lawful_auction` (plan and prices),
:mod:`~matcher.solving.by_shortlists` (the bound over all options, and a better plan).
"""
