"""Pages for people, beside the API and off its path."""
