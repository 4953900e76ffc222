"""Agencies' files, taken over HTTP."""
