"""What people type: noun-verb commands on a node's folder."""
