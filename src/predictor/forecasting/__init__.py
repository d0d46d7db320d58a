"""Baselines, residual model, conformal calibration, distributions and sampling."""
