"""The core of the command room: no Qt anywhere in it."""
