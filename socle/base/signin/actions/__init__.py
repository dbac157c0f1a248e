"""Doors that write accounts, sessions and tokens."""
