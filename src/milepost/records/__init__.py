"""How the register is kept: Django models, set-based statements, queries for the doors."""
