"""DoD practice: what C-PAT enforces, and the day counts that the community uses."""
