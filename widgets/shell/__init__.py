"""Main window, workspaces, log-in and error window."""
