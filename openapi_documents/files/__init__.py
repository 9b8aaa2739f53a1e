"""The files of a document: where they are read from, and how references name them and their parts.

Begin in `library`, which reads a file when a reference leads there.
"""
