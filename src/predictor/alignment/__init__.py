"""How well a creator fits a brief: niches and texts."""
