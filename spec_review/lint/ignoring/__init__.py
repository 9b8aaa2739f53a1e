"""Findings that somebody decided to live with: in a file beside the contract, or in the contract itself."""
