"""Find data: what is measured where, by whom and since when, by words and facets."""
