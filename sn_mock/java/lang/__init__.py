"""Java's own habits: strings, hash order, URIs, `DataInputStream`, and what it throws."""
