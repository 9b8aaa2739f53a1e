"""Answers of operations that have no life: documented examples, else the smallest valid value.

Begin in `handler` and `answers`, which choose the answer (`preferences`: the header `Prefer`); `smallest` and `search` make
a value of a schema up, `refusals` an error as the contract documents it.
"""
