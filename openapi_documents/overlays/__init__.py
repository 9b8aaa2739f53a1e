"""OpenAPI Overlays: changes to a document that stand beside it.

Begin in `overlay`.
"""
