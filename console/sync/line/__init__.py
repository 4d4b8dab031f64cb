"""What the line can carry, and who goes first."""
