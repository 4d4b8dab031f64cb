"""The centre's routes, a family a module: each says what it takes and gives, and hands the work to one function elsewhere."""
