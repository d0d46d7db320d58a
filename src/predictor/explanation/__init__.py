"""Contributions, evidence and response curves of a forecast."""
