"""Findings in any table, by a mapping of its columns: of other tools, and of people."""
