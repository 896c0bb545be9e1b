"""Scanners of hosts and networks: what they find on servers, workstations and devices."""
