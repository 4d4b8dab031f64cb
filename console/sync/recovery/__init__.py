"""What a room does when the centre has lost something."""
