"""Records as of a date, features, and training examples."""
