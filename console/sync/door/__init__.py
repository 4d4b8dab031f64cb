"""Rooms on one LAN: a door for neighbours, and calls at theirs."""
