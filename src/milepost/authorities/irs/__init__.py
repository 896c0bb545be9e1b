"""IRS Publication 1075: the corrective action plan of those who hold federal tax information."""
