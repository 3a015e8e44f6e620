"""The language and its runtime: which Java it is, before anything is asked of it."""
