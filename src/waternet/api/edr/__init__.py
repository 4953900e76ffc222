"""OGC API - Environmental Data Retrieval: figures by place and time."""
