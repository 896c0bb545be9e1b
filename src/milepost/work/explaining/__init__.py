"""Telling why an item is as it is: its dates, its rating, its places, what others state of it."""
