"""Scanners of cloud accounts and clusters: how resources are set up, and what runs on them."""
