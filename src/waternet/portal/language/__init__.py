"""The reader's language: its sentences, numbers, dates and direction."""
