"""A lifecycle as a model that can be played, and the items and batches to play it with.

`building` makes a `Model` of a contract, `model` plays it; `variants` and `minimal` make items, `alphabet`
chooses those that tell contracts apart, `search` finds the smallest batch that ends otherwise: a witness.
"""
