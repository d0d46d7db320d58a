"""Long lists in constant memory, on this machine and on Spark."""
