"""Links and callbacks: what is to be called next."""
