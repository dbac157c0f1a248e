"""Calls to outside services about identities."""
