"""Bad luck as inputs: each ends in a sentence that names the place, or in a right answer; see `apart.py` for the rule."""
