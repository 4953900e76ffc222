"""Working groups over HTTP: what stands, in the forms that secretariats use."""
