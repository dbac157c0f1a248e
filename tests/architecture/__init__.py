"""The whole tree keeps the rules of the house (ARCHITECTURE.md)."""
