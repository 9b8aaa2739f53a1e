"""Whether the `x-` members are words of the vocabulary, in their place and form."""
