"""What changed between two schemas: which values are no longer taken, and which are taken now."""
