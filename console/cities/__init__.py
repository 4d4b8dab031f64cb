"""City packs: read, check, build."""
