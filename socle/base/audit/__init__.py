"""The sealed journal: who did or saw what, on whom, why, by which way. Takes plain values and knows nobody; doors call it."""
