"""What the review reads in a document: the vocabulary, the schemas, the examples."""
