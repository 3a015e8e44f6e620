"""What Java and its HTTP clients say when something goes wrong: tables, and the functions that look them up."""
