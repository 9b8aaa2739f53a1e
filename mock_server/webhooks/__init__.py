"""Webhooks that transitions cause: written down with the transition, signed, delivered in order, and retried.

`notices` writes a message in the transaction of a transition, `payloads` makes its body, `dispatcher` sends it and
decides when it is tried again, `hosts` says where nothing may be sent.
"""
