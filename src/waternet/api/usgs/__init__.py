"""The USGS's water-data API over this bank, for programs that are written for it."""
