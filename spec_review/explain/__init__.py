"""A contract as one page for people."""
