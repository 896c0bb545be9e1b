"""GSA: the agency's guide to plans of action and milestones."""
