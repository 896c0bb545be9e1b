"""Agencies that keep their plans in CSAM, the shared service of the Department of Justice."""
