"""What a contract says of its behaviour, told for the explain page: as values here, as words in its template."""
