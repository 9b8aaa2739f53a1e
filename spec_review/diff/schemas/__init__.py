"""What changed between two schemas: which values are no longer taken, and which are taken now.

A difference of keywords is only a claim. `comparison` walks both schemas and collects claims, one module for each kind of
keyword; `sets.relation` decides by the values that both take; `explanation` strikes out what is not true of those and
leaves of each claim what is; `verdicts` says whom the rest harms, by the direction in which values travel. `usage` puts
them together for each operation that meets the schemas.
"""
