"""A middleware in front of a back-end: two hops, and the certificate in a header between them."""
