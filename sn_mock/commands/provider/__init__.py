"""Commands that start and stop the lab's provider."""
