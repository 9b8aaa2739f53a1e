"""The server that is judged, as a client sees it: requests, credentials, limits, and the clock of a sandbox.

Begin in `client`, through which every request goes; `messages` are requests and answers as values.
"""
