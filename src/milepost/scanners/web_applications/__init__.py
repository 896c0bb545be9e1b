"""Scanners of running web applications: what they find by asking them over the network."""
