"""A language server: findings while typing, what stands behind a reference, quick fixes.

Begin in `server`.
"""
