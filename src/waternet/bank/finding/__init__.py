"""Finding by name, whatever the script, and by facets with counts, in memory."""
