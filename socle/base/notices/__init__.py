"""Telling people: what happened that they must know, in words without any health content."""
