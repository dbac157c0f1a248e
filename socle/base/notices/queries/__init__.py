"""Doors that read what one was told."""
