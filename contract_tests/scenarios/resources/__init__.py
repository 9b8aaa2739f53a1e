"""What the judge does with resources: it makes, reads, changes and removes them, and looks what became of it."""
