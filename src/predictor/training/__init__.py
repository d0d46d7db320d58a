"""Fit, back-test and tune every target."""
