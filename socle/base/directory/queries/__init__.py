"""Doors that read the directory. It is public, so a successful reading leaves no line in the journal."""
