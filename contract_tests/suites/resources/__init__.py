"""What is made is kept, and lives as declared; begin in `scenarios/resources/keeping.py` and `lives.py`."""
