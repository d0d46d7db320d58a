"""Spreadsheets as people have them into clean tables, with what was understood and what is open."""
