"""Policies: the value, its file format, and the check that loads what it names."""
