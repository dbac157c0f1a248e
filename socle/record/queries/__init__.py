"""Doors that read the record."""
