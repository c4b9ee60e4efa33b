"""The scenario file that a commissioner starts from: ready to run, every line explained."""

from __future__ import annotations

_TEXT = """\
# A scenario: what might change, compared with today. Run it with
#   nearhome scenario run THIS-FILE --years 5 --replications 200 --out RESULTS
# Lines that start with # are notes; remove the # of a line to use it. Days are written as
# 2025-10-01, without quotes. Money is whole pounds. All levers, with what each of their lines
# means and may be: nearhome scenario levers

name = "Three things the strategy might buy"

# Where: the synthetic county on real postcodes. size = 1.0 is a council as published.
authority = "E06000060" # Buckinghamshire
size = 1.0
# Or your own council: a folder or workbook of data (nearhome template writes an empty one). Then
# remove authority and size above.
# world = "our-data"
# Rates of coming into care, leaving and moving, learnt from your own SSDA903 returns:
# returns = "our-returns"

start = 2025-04-01 # the day after the date of the data
years = 5
seed = 7 # draws postcodes and everything that chance decides; same seed, same answer
# Stop before all futures are run, once mean differences are known to plus or minus half a point
# and £100,000 a year:
# until = { near_home_rate = 0.5, yearly_cost = 100_000 }

# How homes are chosen: practice is today's search order (in-house, framework, spot); balanced and
# lexicographic weigh what matters; or the path of a policy of your own.
policy = "practice"

# Values in place of those that come with Near Home; docs/reference/assumptions.md lists them.
[assumptions]
# "staying_put.share" = 0.55
# "cost.unplaced_weekly_pence" = 900_000

# What is decided already, in today and in every variant alike.
# [[base.lever]]
# kind = "inflation"
# percent_a_year = 3.0

# One variant: a name, and one or more levers.
[[variant]]
name = "A four-bed home in the south"

[[variant.lever]]
kind = "open_childrens_home"
near = "south" # or a town, an outcode, a postcode: "High Wycombe", "HP11", "HP11 2DE"
beds = 4
starts = 2025-10-01 # registered and staffed for the first child
ramp_up_weeks = 12 # until all four beds can be used
weekly_running_pounds = 21_000 # the whole home, filled or not
capital_pounds = 850_000
age_from = 10
age_to = 17

[[variant]]
name = "Twenty more carers"

[[variant.lever]]
kind = "recruit_carers"
households = 20
profiles = ["over_tens", "sibling_groups"] # ten of each
area = "county"
starts = 2025-07-01
over_weeks = 78 # from the first approval to the last
recruitment_pounds = 10_000 # each

[[variant]]
name = "Six block beds"

[[variant.lever]]
kind = "block_beds"
beds = 6
near = "county"
starts = 2025-10-01
weekly_pounds_a_bed = 5_500 # paid for whether a child sleeps there or not
shut_percent = 8 # weeks in which a home can take nobody new

# Levers of one variant add up, in any order. Two alike need a label each:
# [[variant.lever]]
# kind = "open_childrens_home"
# label = "second"
# near = "Aylesbury"
# beds = 3
# starts = 2026-04-01
# weekly_running_pounds = 16_500
"""


def new_scenario_text() -> str:
    """Return a scenario with notes, ready to run on the demo county.

    Its variants are three that sufficiency strategies ask about: a four-bed children's home in
    the south of the county, twenty more foster carers for over-tens and sibling groups, and six
    block beds. Prices are examples: the average cost of a place in a children's home was £6,123
    a week in 2023-24 (National Audit Office).
    """
    return _TEXT
