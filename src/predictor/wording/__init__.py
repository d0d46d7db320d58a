"""Sentences in each language, numbers as people read them, and matching of text."""
