"""People's files and spreadsheets into checked tables."""
