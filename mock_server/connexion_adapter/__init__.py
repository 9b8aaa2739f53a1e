"""Connexion behind one door: it finds the operation of a request and checks who is asking.

Nothing outside of this folder knows a name of Connexion's.
"""

from mock_server.connexion_adapter.router import Endpoint, Route, Router
from mock_server.connexion_adapter.security import Identify

__all__ = ["Endpoint", "Identify", "Route", "Router"]
