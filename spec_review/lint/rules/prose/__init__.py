"""Errors that say what went wrong, descriptions and examples for people."""
