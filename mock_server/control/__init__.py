"""The sandbox's own operations and pages."""
