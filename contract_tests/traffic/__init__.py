"""Judges traffic that was recorded, by the same oracle as a run, without sending anything.

The way of a recording: a file becomes exchanges, each is filed under its operation and its caller, answers are held to
the contract, and submissions with all that was seen of them to the lifecycle.
"""
