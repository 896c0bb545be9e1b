"""The pages: one of the doors, rendered on the server and readable without script."""
