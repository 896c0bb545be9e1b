"""What pages and commands read: typed values with a constant number of statements, never live rows."""
