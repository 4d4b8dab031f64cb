"""Photos and documents: looked at before they are kept, and copied out under names of our own making."""
