"""Checklists and benchmark results: rules that were answered for an asset, by a person or a tool."""
