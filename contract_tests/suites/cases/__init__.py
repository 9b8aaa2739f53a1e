"""The cases of `fixtures/cases`, the same for every server and every language."""
