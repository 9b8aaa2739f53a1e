"""A comparison in the formats that people and programs read.

Begin in `entries`, which gathers changes of one cause; the other modules write them.
"""
