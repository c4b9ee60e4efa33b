"""Other ways to the same plan: the very same options, limits, objective and checker.

:mod:`~benchmarks.peers.greedy` takes children as they came, the best home there is now.
:mod:`~benchmarks.peers.naive` is one boolean for each child and home in CP-SAT.
:mod:`~benchmarks.peers.group_columns` is a column for each child or sibling group in a home,
in HiGHS. Today's practice is the policy's own ``search_order``.

All are given a :class:`~matcher.solving.model.Model` and return options of its problem.
"""
