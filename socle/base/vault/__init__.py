"""Encrypted content: `put` before a door, `keep` in it, `open` after it with the permit that it returned."""
