"""Hand-written services: what a contract says in prose only."""
