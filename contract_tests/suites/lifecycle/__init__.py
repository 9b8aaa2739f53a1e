"""What becomes of items: outcomes, equality, collections, order, and a status through its filter."""
