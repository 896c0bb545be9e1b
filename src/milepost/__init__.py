"""Milepost: Plans of Action and Milestones, from finding to verified closure."""

__version__ = "0.1.0"
