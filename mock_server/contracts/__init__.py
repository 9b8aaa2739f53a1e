"""What a contract means: its operations, its vocabulary, its schemas and rules.

Begin in `contract`, which is what all of it comes to; `operations` are what is served, `lifecycles`, `lives` and
`resource_words` our words, `schemas` and `rules` what values are held to, `cel` and `expressions` the language of rules.
"""
