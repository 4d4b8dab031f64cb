"""What travels between rooms and the central server."""
