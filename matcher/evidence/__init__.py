"""What rules and criteria are shown: one case in plain Python, or all homes at once.

A rule's ``judge`` and a criterion's ``judge`` look at a case: a child and a home, or a home
with everybody in it, or a whole plan, straight from the World. Its vectorised twin looks at
:class:`~matcher.evidence.arrays.HomeArrays`, the same facts over all homes. The checker only
ever asks the first; a property holds the two equal.
"""
