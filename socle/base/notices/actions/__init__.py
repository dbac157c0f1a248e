"""Doors that tell people, and that note what they read."""
