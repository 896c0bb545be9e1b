"""Rules that look at a plan and report findings: like a linter, for plans of action and milestones."""
