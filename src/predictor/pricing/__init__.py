"""Fair fees and break-even fees."""
