"""Items just inside and just outside of each rule and constraint; begin in `generation/variations.py`."""
