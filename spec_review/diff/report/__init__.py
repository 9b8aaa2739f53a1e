"""A comparison in the formats that people and programs read."""
