"""Paths and operations: which request goes where."""
