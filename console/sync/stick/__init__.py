"""Bundles by USB stick."""
