"""Doors that write identities."""
