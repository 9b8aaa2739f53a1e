"""What the sandbox remembers, in SQLite or PostgreSQL; whatever touches the database runs in threads of its own."""
