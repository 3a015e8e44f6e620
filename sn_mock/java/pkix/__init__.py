"""May this server be trusted? Path building and validation, host names, revocation, in Java's order and words."""
