"""The history that nobody can rewrite: events in hash chains, signed checkpoints, and their verification."""
