"""What a server does where the sources are silent, told and never held against it.

Begin in `observing`; `topics` says how a silence is looked at, by what it is about.
"""
