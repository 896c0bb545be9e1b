"""How a report's findings enter the register: set-based, batch by batch, only what changed."""
