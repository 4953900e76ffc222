"""Places, datastreams and figures as files."""
