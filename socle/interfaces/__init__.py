"""Wires for software: each translates its language onto the same doors, and holds no rule."""
