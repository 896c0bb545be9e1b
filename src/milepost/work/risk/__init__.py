"""Risk in daily use: looked up in tables, rated by CVSS, and what to work on first."""
