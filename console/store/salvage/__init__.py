"""Saving what can be proven from a damaged room."""
