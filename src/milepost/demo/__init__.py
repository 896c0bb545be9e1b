"""A believable system to look at: self-made scans of four months, and what people did about them."""
