"""The demo city: its processes, its made-up sources and staff, and its outage."""
