"""HHS: the departmental standard for plans of action and milestones."""
