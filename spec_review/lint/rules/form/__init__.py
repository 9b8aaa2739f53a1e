"""Whether the document is OpenAPI at all."""
