"""Schemathesis over every operation of a contract, in the limits of the run.

Begin in `explore`, which makes findings of what `explorer` saw; `excuses` says what any server may answer.
"""
