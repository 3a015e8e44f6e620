"""Commands that judge, fill or write out an instance folder."""
