"""The rows of the lifecycle: planning, fixing, accepting, deviating, leaving the plan."""
