"""The pages through which people meet a node, in their languages."""
