"""The group's business in the formats that secretariats and donors already use."""
