"""Resources with a memory: what any contract's paths and schemas let one infer, or its words declare, and their lives.

Begin in `behaviour`, which says what answers which operation; `inference` finds the resources, `work` is the way of one
request, `deeds` and `reading` do it, `keeper` keeps one kind of resource, and `living` moves them through their states.
Batches of items are in `batches/`.
"""
