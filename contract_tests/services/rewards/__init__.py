"""The judge of a rewards service: checks in a table, and a computation of its own of what a purchase comes to.

Begin in `checks`, the table; `client` asks the service, `oracle` works out from the fixture what is right.
"""
