"""Agencies' files to observations, and back."""
