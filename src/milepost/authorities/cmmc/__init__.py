"""CMMC (32 CFR Part 170): scores, POA&M eligibility, statuses and the 180-day clock of Levels 1 to 3."""
