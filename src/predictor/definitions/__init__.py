"""`features/` and `models/` as frozen objects: what a row means and what is learned."""
