"""Answers of operations that have no life: documented examples, else the smallest valid value."""
