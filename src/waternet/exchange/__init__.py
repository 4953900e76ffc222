"""Reading and verifying other parties' records."""
