"""What the review reads in a document, each thing once: the vocabulary, the schemas, the examples, the rules.

Begin in `contract`, which reads each thing when it is first asked for.
"""
