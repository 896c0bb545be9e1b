"""What the dates of items follow from, gathered from the register for many items at once."""
