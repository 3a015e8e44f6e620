"""Commands of a live instance."""
