"""Who may do what: partners that must not meet, tokens and credentials."""
