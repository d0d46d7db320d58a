"""Forecasts over HTTP and as an MLflow function."""
