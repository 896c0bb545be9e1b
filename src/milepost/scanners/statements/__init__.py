"""Statements about vulnerabilities (VEX): they say how a product is affected, and find nothing themselves."""
