"""Is every byte of a room still what was written?"""
