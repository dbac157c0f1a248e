"""Calls to the identity providers. Never inside a door."""
