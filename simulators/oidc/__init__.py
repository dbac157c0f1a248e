"""An OpenID Connect provider with a picker in place of a password: what Pro Santé Connect and FranceConnect have in common.
`service.py` says in what they differ."""
