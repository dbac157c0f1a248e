"""Signing in, choosing a situation, locking, leaving: the pages around a session, and the gate of the spaces."""
