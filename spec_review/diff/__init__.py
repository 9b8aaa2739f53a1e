"""What changed between two versions of a contract, and for whom.

`comparison` puts it together: `operations` pairs what belongs together and compares it, `schemas` compares the
values that travel, `declarations` the vocabulary, `behaviour` how batches end; `report` writes it down.
"""
