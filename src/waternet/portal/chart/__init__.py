"""The hydrograph: drawn here as SVG, and handed to a browser as numbers."""
