"""Many clients at once, on the wire of a platform that really runs."""
