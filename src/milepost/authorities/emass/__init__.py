"""eMASS: what the DoD's system of record demands of an item in each status."""
