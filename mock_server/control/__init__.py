"""The sandbox's own operations and pages.

Begin in `operations`; each other class answers the operations of `openapi/sandbox.yaml` that its table names.
"""
