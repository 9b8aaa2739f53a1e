"""Requests and answers: who is asking, parameters, bodies, and every error in the contract's own form.

Begin in `requests`, a request as a handler sees it, and `answers`. `authentication` says who is asking, `parameters` and
`bodies` read what was sent, `problems` is the table of errors.
"""
