"""OGC SensorThings API 1.1 on the bank."""
