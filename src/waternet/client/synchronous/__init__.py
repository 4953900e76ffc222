"""The client for scripts and notebooks; script/twin.py makes it."""
