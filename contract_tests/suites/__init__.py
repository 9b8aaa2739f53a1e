"""The tests that a run plays, a folder for each word of `--only`; none imports another.

A test is short: it says what must hold and calls what plays it, in `scenarios/`. `mode.Suite` lists the folders, and the
fixtures `session`, `contract` and `usable` come from `plugin`.
"""
