"""The commands: one module a family, each with its options and what they do. No screen, no Qt."""
