"""Webhooks that transitions cause: written down with the transition, signed, and delivered in order until they arrive."""
