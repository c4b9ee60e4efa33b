"""HTML pages on the same use cases as the JSON routes, one file a noun.

They work without JavaScript and better with it; nothing is loaded from anywhere else. Patterns
and components are those of the GOV.UK Design System, with the council's own name.
"""
