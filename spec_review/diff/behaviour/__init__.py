"""What changed in how batches end, shown by batches that end otherwise.

Begin in `comparison`; the witnesses come from `simulation`.
"""
