"""Doors that write the record."""
