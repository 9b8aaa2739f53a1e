"""The sandbox: a server that answers by OpenAPI contracts and remembers.

To follow a request, begin in `app.py` and go by the names.
"""
