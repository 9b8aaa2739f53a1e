"""From findings to a verdict, and to what people and programs read of it.

Begin in `report`, which is the verdict as one JSON document. Before it `merging` says which findings are told, `order`
in which order, and `curl` makes the lines that repeat one; after it `text`, `html`, `junit`, `sarif` and `summary` write it.
"""
