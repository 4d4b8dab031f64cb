"""Photos and documents on their way to and from the centre."""
