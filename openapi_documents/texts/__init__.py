"""A text of YAML or JSON: what it says, and where in it each value stands."""
