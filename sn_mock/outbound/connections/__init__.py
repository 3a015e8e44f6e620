"""Which connection an alias means, and what it makes of a call: pure decisions with their reasons."""
