"""FBI CJIS Security Policy."""
