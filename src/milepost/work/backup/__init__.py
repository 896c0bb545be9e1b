"""The whole installation in one file, and back: database, evidence, keys and settings."""
