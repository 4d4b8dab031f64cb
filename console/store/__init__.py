"""The room's SQLite files."""
