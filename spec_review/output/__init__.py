"""Findings, and the formats in which they are written.

Begin in `findings`; `formats` has the formats by their names.
"""
