"""Checking plans: in a file, in the register; what was found as text, JSON, SARIF and comments in cells."""
