"""A text of YAML or JSON: what it says, and where in it each value stands.

Begin in `composing`, which makes a tree of a text; `scalars` says what a plain scalar means, `positions` where it stands.
"""
