"""Suggested recipes: what a file looks like, and what only its owner can say."""
