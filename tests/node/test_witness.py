"""A node as a witness: nothing is cosigned below or beside what it ever accepted."""
