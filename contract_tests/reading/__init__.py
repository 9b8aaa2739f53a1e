"""What a contract means, for the judge: read by code of its own, so that a mistake of the sandbox is not repeated here.

Begin in `reader`, which makes a `contract` of a file. `words`, `lives` and `silences` read our words, `inference` finds
resources, `validity` says whether an item is valid, and `requirements` names what a finding is filed under.
"""
