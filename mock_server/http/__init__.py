"""Requests and answers: who is asking, parameters, bodies, and every error in the contract's own form."""
