"""Workflows over operations, as the Arazzo Specification 1.0 spells them; https://spec.openapis.org/arazzo/v1.0.1.html.

Begin in `description`.
"""
