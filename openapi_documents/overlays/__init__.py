"""OpenAPI Overlays: changes to a document that stand beside it."""
