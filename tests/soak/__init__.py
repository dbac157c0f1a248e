"""What must hold whatever is killed, and for however long (`make soak` runs the long forms)."""
