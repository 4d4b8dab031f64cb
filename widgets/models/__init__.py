"""Qt item models and the bridge from the room's notices to Qt signals."""
