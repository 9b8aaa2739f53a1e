"""Addresses of servers, and the variables in them."""
