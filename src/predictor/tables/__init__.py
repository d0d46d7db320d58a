"""Frames in and out: files, JSON, compact codes."""
