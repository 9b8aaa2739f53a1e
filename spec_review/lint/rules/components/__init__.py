"""What a document keeps for itself and others."""
