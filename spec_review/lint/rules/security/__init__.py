"""Who may call, and what a contract says of it."""
