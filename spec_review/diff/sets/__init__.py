"""Which values a schema takes, and how two such sets stand to each other.

`plain` writes a schema as its validator sees it and leaves out what only speaks to people; `formats`, `languages`
and `wire` say in plain keywords what formats, patterns and the writing into a URL mean; `containment` asks whether
one set holds another; `candidates` and `witnesses` find a value that is in one and not in the other; `relation`
puts the answers together.
"""
