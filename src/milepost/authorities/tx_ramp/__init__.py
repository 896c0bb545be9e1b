"""TX-RAMP: cloud services for agencies of Texas."""
