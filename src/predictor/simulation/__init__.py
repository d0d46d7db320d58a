"""Invented agencies with a known truth."""
