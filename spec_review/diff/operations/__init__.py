"""What changed between the operations of two contracts."""
