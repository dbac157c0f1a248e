"""Who may do what: the actor, the door, and the facts that every rule reads (authorisations, blocks, consents, emergency)."""
