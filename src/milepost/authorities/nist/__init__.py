"""NIST: what the Risk Management Framework and SP 800-53 say about plans of action."""
