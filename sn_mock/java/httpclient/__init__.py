"""Java's HTTP clients: how they read, repeat and redirect."""
