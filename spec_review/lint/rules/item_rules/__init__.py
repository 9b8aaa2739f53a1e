"""Whether the `x-rules` of the schemas mean something, and the same in both engines."""
