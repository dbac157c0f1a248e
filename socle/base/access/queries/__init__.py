"""Doors that read the facts of access."""
