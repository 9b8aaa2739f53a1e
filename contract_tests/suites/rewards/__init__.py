"""The checks of a rewards service; begin in `services/rewards/checks.py`."""
