"""A made-up city life for demonstrations and tests: weather, instruments and calls, each a pure function of seed and time."""
