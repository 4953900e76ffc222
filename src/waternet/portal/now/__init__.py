"""How the water stands now: a sentence for each lake, spring, river and basin."""
