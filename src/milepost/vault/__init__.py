"""Evidence bytes: kept under their own SHA-256, never replaced, and looked at whenever they are read."""
