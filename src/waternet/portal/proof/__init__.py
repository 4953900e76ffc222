"""Proof: whether a figure, an entry or a record holds; every entry of every record."""
