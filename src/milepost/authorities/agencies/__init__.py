"""Pointers to what further agencies publish about their plans."""
