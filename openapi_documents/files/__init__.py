"""The files of a document: where they are read from, and how references name them and their parts."""
