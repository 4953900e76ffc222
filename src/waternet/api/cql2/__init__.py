"""CQL2, the filter language of OGC API: read, checked, applied to columns."""
