"""Plays the same stories on two servers, and tells where they differ."""
