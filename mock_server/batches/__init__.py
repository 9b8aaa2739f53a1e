"""Batches: submissions of items (`x-submission`), how each item is decided, and the records that saved ones leave.

Begin in `behaviour`, which says what answers which operation; `settlement` decides what is due, `outcomes` is the table of
rows. Resources that are made one by one, and their lives, are in `resources/`.
"""
