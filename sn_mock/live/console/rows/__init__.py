"""Records and rows as people see and type them: labels, list cells, forms, what Java makes of a keystore."""
