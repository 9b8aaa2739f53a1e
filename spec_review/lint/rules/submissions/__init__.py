"""Whether the operations of a lifecycle can do what the lifecycle says."""
