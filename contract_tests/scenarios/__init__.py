"""What is played with a server to see whether something holds: stories, questions, and acts with resources.

Begin in `stories`, whose letters are items, or in `questions`, which asks many small ones in few requests; `shrinking` makes
small what shows a finding. `resources/` plays with resources and their lives, `exploration/` lets Schemathesis loose,
`observations/` looks at what the sources leave open.
"""
