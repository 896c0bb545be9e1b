"""A whole system taken from one installation to another: everything people and scans said of it, and when."""
