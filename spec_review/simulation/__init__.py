"""A lifecycle as a model that can be played, and the items and batches to play it with."""
