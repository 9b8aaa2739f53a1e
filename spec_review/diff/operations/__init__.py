"""What changed between the operations of two contracts.

Begin in `comparison`; `pairs` says which operation took the place of which.
"""
