"""What a command room knows, as plain structs and pure functions."""
