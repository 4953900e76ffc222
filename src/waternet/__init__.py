"""Waternet: a joint water record that parties who do not trust one another accept."""
