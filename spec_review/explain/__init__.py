"""A contract as one page for people: `page` gathers what stands on it, `templates/` lays it out."""
