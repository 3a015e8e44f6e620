"""The pages: each a function from what was asked to a template with its values, or to where to look next."""
