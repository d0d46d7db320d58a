"""Forecasts of candidates."""
