"""The monthly package of continuous monitoring: what is in it, what it says, what is missing."""
