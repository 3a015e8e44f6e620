"""Hostile bytes for every reader: a small budget in `make test`, a long one in `make fuzz`."""
