"""Plays workflows that an Arazzo description tells, over HTTP, step by step.

Begin in `player`.
"""
