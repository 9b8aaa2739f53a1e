"""What the sandbox remembers, in SQLite or PostgreSQL; whatever touches the database runs in threads of its own.

Begin in `store`, which has all of it: a module for each group of tables, `statements` what these share, `database` the
transactions and `threads` where they run, `migrations` what becomes of older databases.
"""
