"""What schemas say together: those in one another, and those behind references.

Begin in `in_place` for the schemas of one value, in `closure` for all that a place leads to.
"""
