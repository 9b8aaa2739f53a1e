"""Whether every `$ref` leads somewhere."""
