"""Quality: what the checks object to, value by value; raw values never change."""
