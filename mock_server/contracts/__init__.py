"""What a contract means: its operations, its vocabulary, its schemas and rules."""
