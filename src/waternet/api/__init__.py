"""What a node serves to others over HTTP."""
