"""Scanners of source code and of infrastructure that is written as code."""
