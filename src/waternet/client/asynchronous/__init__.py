"""The client for programs that wait for many things at once."""
