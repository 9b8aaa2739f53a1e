"""The command `mock-server`. Command line and environment are read here and nowhere else."""

from mock_server.cli.main import main

__all__ = ["main"]
