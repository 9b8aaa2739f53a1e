"""What must hold, and whether it does.

Begin in `session`, by which suites submit, look and judge. `catalogue` and `life_catalogue` list the requirements, `oracle`
and `life_oracle` say what a server may answer, `status_checks` and `documented` hold answers to it, `freedom` says what is
left open, and `findings` is what comes of it, as values.
"""
