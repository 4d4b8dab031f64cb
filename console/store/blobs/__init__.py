"""Photos and documents at rest."""
