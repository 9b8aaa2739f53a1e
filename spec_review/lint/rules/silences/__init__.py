"""Whether what the sources leave open is said, and what is claimed has a source."""
