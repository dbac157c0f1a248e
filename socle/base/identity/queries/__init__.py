"""Doors that read identities."""
