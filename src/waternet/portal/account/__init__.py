"""Signing in and out, one's own passkeys and sessions, what one prefers."""
