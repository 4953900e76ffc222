"""Stations and their datastreams: facts, hydrographs, tables, and the ways out."""
