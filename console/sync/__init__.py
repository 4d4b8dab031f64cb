"""Exchange with the central server."""
