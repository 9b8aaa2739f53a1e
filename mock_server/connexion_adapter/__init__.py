"""Connexion behind one door: it finds the operation of a request and checks who is asking.

Nothing outside of this folder knows a name of Connexion's.
"""

import warnings

with warnings.catch_warnings():
    # Connexion imports what others are about to drop; whoever runs the sandbox can do nothing about it.
    warnings.simplefilter("ignore")
    from mock_server.connexion_adapter.router import Endpoint, Route, Router
    from mock_server.connexion_adapter.security import Identify

__all__ = ["Endpoint", "Identify", "Route", "Router"]
