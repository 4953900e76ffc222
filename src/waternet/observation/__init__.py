"""What is measured: places, datastreams, observations, vocabularies."""
