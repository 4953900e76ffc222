"""The query view, rebuilt from verified records and nothing else."""
