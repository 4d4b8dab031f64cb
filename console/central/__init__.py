"""The central server, its own process."""
