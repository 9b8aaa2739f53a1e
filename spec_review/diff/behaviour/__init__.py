"""What changed in how batches end, shown by batches that end otherwise."""
