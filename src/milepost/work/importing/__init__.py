"""What comes in beside a single scan: files together, tables by their columns, findings of people."""
