"""Commands that make and show keystores and certificates."""
