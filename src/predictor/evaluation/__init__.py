"""Back-test, decision gain, KOL effect."""
