"""Tables a new directory starts with."""
