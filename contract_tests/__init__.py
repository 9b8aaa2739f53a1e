"""Judges any server by a contract, over HTTP: a pytest suite that ships.

The way of a verdict: target, case or generated sequence, HTTP, observation, oracle, verdict.
"""
