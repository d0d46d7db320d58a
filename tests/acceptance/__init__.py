"""What the project promises about its forecasts, measured: `make judge`. Nothing here passes or fails a test run."""
