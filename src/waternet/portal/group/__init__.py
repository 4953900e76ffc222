"""Working group: its business on pages, read from the signed record."""
