"""Doors that read accounts and sessions."""
