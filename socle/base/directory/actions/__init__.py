"""Doors that write the directory."""
