"""Outside sources, turned into reports and readings."""
