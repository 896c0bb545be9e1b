"""Scanners of packages, images and bills of materials: known vulnerabilities of what software is made of."""
