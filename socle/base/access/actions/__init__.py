"""Doors that write the facts of access. `family` is the identities of one person, resolved by the caller (identity is above)."""
