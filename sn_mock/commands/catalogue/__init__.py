"""Commands around the catalogue of failures: list it, run it, find a symptom in it."""
