"""Whether the examples fit what they are examples of."""
