"""Requests that are refused as a whole, and good ones that servers stumble over."""
