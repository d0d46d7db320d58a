"""Forecasts, before booking, what each influencer or KOL would bring to a campaign."""
