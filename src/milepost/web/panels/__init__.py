"""The panels of dashboards: each a chart with the table of its numbers, which is also given as CSV."""
