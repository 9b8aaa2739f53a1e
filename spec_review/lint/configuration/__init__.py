"""Which rules are asked, how grave they are and where: presets, a file of the user's, rules of his own."""
