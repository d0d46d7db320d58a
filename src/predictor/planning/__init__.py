"""Comparison, line-up, what-if, saved plans and actuals."""
