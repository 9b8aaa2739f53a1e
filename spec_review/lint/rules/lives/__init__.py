"""Rules about the lives of resources."""
