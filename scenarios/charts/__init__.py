"""Charts as ECharts options, each with the table that says the same.

Pure: figures in, plain values out. The page that shows them is ``scenarios.report.page``; the
few functions that an option names (``nearhome:...``) live in ``scenarios/report/charts.js``.
"""
