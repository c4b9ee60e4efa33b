"""Exact assignment by home configurations: column generation over who lives together.

A *configuration* is the exact set of items (a child alone, or children who arrive together)
that one home takes. Everything that a home asks of those who live in it is inside the
configuration, so that the master problem only says that every family is placed in one way,
that every home has one configuration, and that limits over all homes hold::

    instance    the arrays: items, homes, costs, room, limits
    splits      every way in which each family may be placed
    uses        what options use of the limits
    refusals    who may not share a home, as far as it has come up
    pricing     the best configurations of every home under given prices (kernel: the search;
                compiling: when it is compiled)
    loosely     first prices, from the linear programme over options
    prices      Lagrangian prices of items and limits, by subgradient
    master      the linear programme over configurations, and better prices from it
    highs       how HiGHS is used
    columns     the configurations made so far
    diving      a first plan from that linear programme
    integers    the best plan made of given configurations
    compact     the best plan made of given options, where configurations are too many
    branching   a limit more, where a fraction of a child is left out
    ties        of equally good plans always the same one
    bound       what no plan can beat, again, by other code and in integers (least: its search)
    search      the order of it all, with the proof
    found       what a search knows in the end, and what a later one can begin with
    districts   parts of a large instance, in each of which its plan can be changed by itself

It knows no children, only arrays: assignment and location problems of other people are
solved by the same code.

References
----------
.. [1] M. Savelsbergh, "A branch-and-price algorithm for the generalized assignment problem",
   Operations Research 45 (1997): one column for everything that one agent takes.
.. [2] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005).
"""
