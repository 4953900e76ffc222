"""A group's record on paper: texts in all their languages, and sessions."""
