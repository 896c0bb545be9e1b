"""DHS: the department's process guide for plans of action and milestones."""
