"""The sandbox: a server that answers by OpenAPI contracts and remembers.

To follow a request, begin in `app.py` and go by the names.
"""

import warnings

# Connexion imports starlette's test client, which warns of its own HTTP library; a user can do nothing about it.
warnings.filterwarnings("ignore", message="Using `httpx` with", module="connexion")
