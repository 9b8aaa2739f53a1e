"""What is sent: items of a submission, keys, and values at the borders of what a contract allows.

Begin in `items`, which makes valid items and others like them, or in `candidates`, which varies one in every way
(`variations` says which requirement each variation tries). `representations` makes what resources are made of.
"""
