"""Features as collections: OGC API - Features, and the USGS's dialect of it."""
