"""GovRAMP: cloud services for states and local government."""
